package org.octroi.statistics;

import java.security.Principal;
import org.octroi.vocabulary.TerritoryId;

/** Tells who sees what; answered by the room that knows people and their roles. */
public interface ReadersReach {

  /**
   * What a caller may see of a territory's usage; the reach sees nothing where the caller has no
   * part in it.
   *
   * @param caller somebody who is signed in, or a program's token
   * @throws org.octroi.problem.RefusedException of type {@code not-found} when there is no such
   *     territory
   */
  StatisticsReach of(Principal caller, TerritoryId territory);
}
