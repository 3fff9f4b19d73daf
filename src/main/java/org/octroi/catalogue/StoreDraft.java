package org.octroi.catalogue;

import java.util.Optional;
import org.octroi.store.StoreAddress;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Slug;

/** A store as it is to be; the fields are those of {@link Store}, the credential not yet sealed. */
public record StoreDraft(
    Slug slug,
    HolderId holder,
    StoreAddress address,
    Optional<Credential> credential,
    boolean namesAgreement) {}
