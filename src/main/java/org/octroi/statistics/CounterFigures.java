package org.octroi.statistics;

/**
 * Usage as COUNTER and Make Data Count read it: robots left out, double clicks within 30 seconds
 * counted once. A run of clicks counts on the line of its first one, where its clicks differ in
 * what a breakdown tells apart. Kept since the program does so: earlier usage has only raw figures.
 *
 * @param totalInvestigations successful accesses, also those without content
 * @param uniqueInvestigations of those one for each caller, dataset and hour
 * @param totalRequests accesses that content went out to
 * @param uniqueRequests of those one for each caller, dataset and hour
 */
public record CounterFigures(
    long totalInvestigations, long uniqueInvestigations, long totalRequests, long uniqueRequests) {

  static final CounterFigures NOTHING = new CounterFigures(0, 0, 0, 0);

  CounterFigures plus(CounterFigures more) {
    return new CounterFigures(
        totalInvestigations + more.totalInvestigations,
        uniqueInvestigations + more.uniqueInvestigations,
        totalRequests + more.totalRequests,
        uniqueRequests + more.uniqueRequests);
  }
}
