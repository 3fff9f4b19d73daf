package org.octroi.territory;

import java.util.Optional;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Slug;

/**
 * A holder as it is to be; the fields are those of {@link Holder}.
 *
 * @param name 1 to 200 characters
 * @param contact at most 254 characters
 */
public record HolderDraft(
    Slug slug,
    String name,
    HolderKind kind,
    Optional<Siren> siren,
    boolean fictitious,
    Optional<String> contact) {}
