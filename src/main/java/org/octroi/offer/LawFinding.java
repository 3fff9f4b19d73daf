package org.octroi.offer;

import java.util.List;
import java.util.Locale;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;

/**
 * What the law has against an offer.
 *
 * @param rule the id of the rule
 * @param severity whether the offer can't be published with it
 * @param article where the law says so
 * @param looksAt the member of the offer that it is about
 * @param sentence what is found
 * @param change what to change
 * @param datasets the datasets of the offer that it is about; empty where it is about the offer
 * @param lawVersion the version of the rules
 * @param reviewed whether a lawyer has reviewed that version
 */
public record LawFinding(
    String rule,
    Severity severity,
    String article,
    String looksAt,
    Bilingual sentence,
    Bilingual change,
    List<Slug> datasets,
    String lawVersion,
    boolean reviewed) {

  public LawFinding {
    datasets = List.copyOf(datasets);
  }

  /** How much a finding weighs. */
  public enum Severity {
    /** The offer can't be published so. */
    BLOCKING,
    /** It can, with a written ground. */
    WARNING;

    /** The word as it stands in files and APIs. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
