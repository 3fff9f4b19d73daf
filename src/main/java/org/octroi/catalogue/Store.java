package org.octroi.catalogue;

import java.time.Instant;
import java.util.Optional;
import org.octroi.store.StoreAddress;
import org.octroi.store.StoreTarget.SealedCredential;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.StoreId;
import org.octroi.vocabulary.TerritoryId;

/**
 * The upstream that holds the bytes. Never shown to the public.
 *
 * @param id its id
 * @param territory its territory
 * @param holder whose it is
 * @param slug its name, unique in the territory
 * @param address where it is
 * @param credential how Octroi shows itself to it, sealed
 * @param namesAgreement for HTTP: whether it is told the number of the agreement that it is asked
 *     under
 * @param retiredAt since when it is out of use
 * @param revision grows by one with every change, from 1
 */
public record Store(
    StoreId id,
    TerritoryId territory,
    HolderId holder,
    Slug slug,
    StoreAddress address,
    Optional<SealedCredential> credential,
    boolean namesAgreement,
    Optional<Instant> retiredAt,
    int revision) {}
