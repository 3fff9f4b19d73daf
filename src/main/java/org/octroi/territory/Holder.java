package org.octroi.territory;

import java.time.Instant;
import java.util.Optional;
import org.octroi.vocabulary.HolderId;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Slug;
import org.octroi.vocabulary.TerritoryId;

/**
 * A body that sets the conditions on data (DGA art. 2(8)).
 *
 * @param id its id
 * @param territory its territory; a body present in two is two holders joined by SIREN
 * @param slug its name in addresses, unique in the territory
 * @param name its official name
 * @param kind what kind of body it is
 * @param siren its number, where it has one
 * @param fictitious whether it was made up, which is said wherever it is shown
 * @param contact where to write to, shown to the public
 * @param retiredAt since when it is no longer shown
 * @param revision grows by one with every change, from 1
 */
public record Holder(
    HolderId id,
    TerritoryId territory,
    Slug slug,
    String name,
    HolderKind kind,
    Optional<Siren> siren,
    boolean fictitious,
    Optional<String> contact,
    Optional<Instant> retiredAt,
    int revision) {

  /** What a holder says of itself, without what the house adds. */
  public HolderDraft draft() {
    return new HolderDraft(slug, name, kind, siren, fictitious, contact);
  }
}
