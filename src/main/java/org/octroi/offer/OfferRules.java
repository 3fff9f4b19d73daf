package org.octroi.offer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.catalogue.Dataset;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.problem.Refusal.FieldError;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.TerritoryId;

/** What must hold of an offer before it is published. */
public final class OfferRules {

  private OfferRules() {}

  /**
   * What speaks against an offer by itself, whatever it covers: each with the name of the field.
   *
   * @param asksKind whether only some kinds of reusers may ask
   */
  public static Map<String, String> contradictions(
      Eligibility eligibility,
      Approval approval,
      boolean asksKind,
      boolean fee,
      boolean validity,
      boolean form,
      boolean exclusive) {
    Map<String, String> found = new LinkedHashMap<>();
    if (eligibility == Eligibility.IDENTIFIED) {
      return found;
    }
    if (approval != Approval.AUTOMATIC) {
      found.put("approval", "an offer to anyone has no requests to decide: leave it out");
    }
    if (asksKind) {
      found.put("reusers", "an offer to anyone asks nobody who they are: leave it out");
    }
    if (fee) {
      found.put("fee", "an offer to anyone has nobody to bill: leave it out");
    }
    if (validity) {
      found.put("validity", "an offer to anyone makes no agreement that could end: leave it out");
    }
    if (form) {
      found.put("form", "an offer to anyone has no requests to ask questions of: leave it out");
    }
    if (exclusive) {
      found.put("exclusive", "an offer to anyone excludes nobody: leave it out");
    }
    return found;
  }

  /** What speaks against an offer to anyone of data so classified. */
  public static Optional<String> contradiction(
      Eligibility eligibility, Classification classification) {
    return eligibility == Eligibility.ANYONE && classification != Classification.PUBLIC
        ? Optional.of(
            "is classified " + classification.word() + ", so it goes out only under an agreement")
        : Optional.empty();
  }

  /** All that speaks against a draft, by the fields of the API. */
  static List<FieldError> objections(
      TerritoryId territory, OfferDraft draft, Map<DatasetId, Dataset> covered, Licences licences) {
    List<FieldError> errors = new ArrayList<>();
    contradictions(
            draft.eligibility(),
            draft.approval(),
            !draft.reuserKinds().isEmpty(),
            draft.fee().isPresent(),
            draft.validity().isPresent(),
            !draft.form().questions().isEmpty(),
            draft.stated().exclusive())
        .forEach(
            (field, sentence) ->
                errors.add(
                    new FieldError(
                        field.equals("reusers") ? "/reuserKinds" : "/" + field, sentence)));
    Optional<LicenceVersion> licence = licences.version(draft.licence());
    if (licence.isEmpty()
        || licence.get().licence().territory().filter(t -> !t.equals(territory)).isPresent()) {
      errors.add(new FieldError("/licence", "is no licence of this territory"));
    }
    for (int i = 0; i < draft.datasets().size(); i++) {
      String pointer = "/datasets/" + i;
      Dataset dataset = covered.get(draft.datasets().get(i));
      if (dataset == null) {
        errors.add(new FieldError(pointer, "is no dataset of this territory"));
        continue;
      }
      if (!dataset.holder().equals(draft.holder())) {
        errors.add(new FieldError(pointer, "is of another holder: an offer covers one holder's"));
      }
      contradiction(draft.eligibility(), dataset.classification())
          .ifPresent(sentence -> errors.add(new FieldError(pointer, sentence)));
      for (TierRules.Objection objection :
          TierRules.objections(
              draft.tier().limits(), draft.tier().obligationsFor(dataset.id()), reach(dataset))) {
        errors.add(
            new FieldError("/tier/" + pointer(dataset, objection.part()), objection.sentence()));
      }
    }
    return errors;
  }

  /** Its distributions, as far as a tier's rules must know them. */
  static List<TierRules.Reach> reach(Dataset dataset) {
    return dataset.distributions().stream()
        .map(
            d ->
                new TierRules.Reach(
                    d.is().slug(),
                    d.is().catalogue(),
                    d.is().formats(),
                    d.is().parameters(),
                    d.is().bodies()))
        .toList();
  }

  /** Where the API has what a charter writes as {@code rows[0].column} or {@code caps.rows}. */
  private static String pointer(Dataset dataset, String part) {
    String member =
        switch (part) {
          case "caps.rows" -> "rowsPerAnswer";
          case "caps.bytes" -> "bytesPerAnswer";
          default -> part.replaceAll("\\[([0-9]+)]", "/$1").replace('.', '/');
        };
    return part.startsWith("quota.") ? member : "obligations/" + dataset.slug() + "/" + member;
  }
}
