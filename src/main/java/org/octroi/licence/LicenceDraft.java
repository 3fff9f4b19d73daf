package org.octroi.licence;

import java.util.Optional;
import org.octroi.vocabulary.Bilingual;

/**
 * A version of a licence as it is to be published.
 *
 * @param name the licence's name in addresses, as in {@link Licence}
 * @param spdx its id in the SPDX list, where it is on it
 * @param title its official name
 * @param address its canonical address; empty for one that is published here only
 * @param number the version's number: one that is published already, or the next
 * @param texts what it says, for people
 * @param terms what it says, for machines
 */
public record LicenceDraft(
    String name,
    Optional<String> spdx,
    Bilingual title,
    Optional<String> address,
    int number,
    LicenceTexts texts,
    Terms terms) {}
