package org.octroi.offer;

import java.util.List;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Slug;

/**
 * What the law has against an offer, as the API shows it.
 *
 * @param severity blocking or warning
 * @param pointer the member of the offer that it is about
 * @param datasets which of the offer's datasets; none where it is about the whole
 * @param law the version of the rules
 * @param reviewed whether a lawyer has reviewed them
 */
record FindingView(
    String rule,
    String severity,
    String article,
    String pointer,
    Bilingual sentence,
    Bilingual change,
    List<String> datasets,
    String law,
    boolean reviewed) {

  static FindingView of(LawFinding finding) {
    return new FindingView(
        finding.rule(),
        finding.severity().word(),
        finding.article(),
        "/" + finding.looksAt(),
        finding.sentence(),
        finding.change(),
        finding.datasets().stream().map(Slug::value).toList(),
        finding.lawVersion(),
        finding.reviewed());
  }

  static List<FindingView> of(List<LawFinding> findings) {
    return findings.stream().map(FindingView::of).toList();
  }
}
