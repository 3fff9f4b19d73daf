package org.octroi.licence;

import java.util.Optional;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.LicenceId;
import org.octroi.vocabulary.TerritoryId;

/**
 * A licence, whatever its versions say.
 *
 * @param id its id
 * @param name its name in addresses: of a built-in one the SPDX id ({@code ODbL-1.0}), of a
 *     territory's own {@code territory:slug}
 * @param territory whose own it is; empty for those that come with Octroi
 * @param holder whose own it is, where a holder wrote it; one of a charter is the whole territory's
 * @param spdx its id in the SPDX list, where it is on it
 * @param title its official name
 * @param address its canonical address
 */
public record Licence(
    LicenceId id,
    String name,
    Optional<TerritoryId> territory,
    Optional<HolderId> holder,
    Optional<String> spdx,
    Bilingual title,
    String address) {}
