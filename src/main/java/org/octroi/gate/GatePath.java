package org.octroi.gate;

/**
 * The way of one request through the gate. Order matters: nothing is decided for a caller who is
 * not known, nothing is fetched before it is spent for, and nothing leaves before it is metered.
 */
final class GatePath {

  private final Way way;

  GatePath(
      Route route,
      Identify identify,
      Entitle entitle,
      Decide decide,
      Spend spend,
      Fetch fetch,
      Answer answer) {
    this.way =
        Way.first(route::resolve) // which distribution
            .then(identify::subject) // who
            .then(entitle::agreement) // under which agreement
            .then(decide::permit) // may they, with which obligations
            .then(spend::take) // within rate and quota
            .then(fetch::start) // the store answers, shaped, in its own time: Answer, then Meter
            .orElse(answer::refuse); // or a problem
  }

  void begin(Passage passage) {
    way.walk(passage);
  }
}
