package org.octroi.offer;

import java.time.Period;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import org.octroi.licence.Terms;
import org.octroi.obligation.Catalogue;
import org.octroi.obligation.Catalogue.Column;
import org.octroi.obligation.Obligations;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.vocabulary.Approval;
import org.octroi.vocabulary.Classification;
import org.octroi.vocabulary.HolderKind;
import org.octroi.vocabulary.Purpose;
import org.octroi.vocabulary.ReuserKind;
import org.octroi.vocabulary.Slug;

/**
 * An offer as the law looks at it: published or only written, with what must be known of its
 * holder, its licence and its datasets.
 *
 * @param holder what kind of body offers
 * @param licence the licence's name
 * @param terms what the licence says
 * @param eligibility whether anybody may use it
 * @param reuserKinds who may ask; empty where anybody may
 * @param purposes what may be asked for; empty where anything may
 * @param approval how a request is decided
 * @param fee what is owed
 * @param validity how long an agreement lasts; empty where it has no end
 * @param stated what the holder states
 * @param datasets what it covers
 */
public record OfferCase(
    HolderKind holder,
    String licence,
    Terms terms,
    Eligibility eligibility,
    Set<ReuserKind> reuserKinds,
    SortedSet<Purpose> purposes,
    Approval approval,
    Optional<Fee> fee,
    Optional<Period> validity,
    LegalStatement stated,
    List<Covered> datasets) {

  public OfferCase {
    reuserKinds = Set.copyOf(reuserKinds);
    datasets = List.copyOf(datasets);
  }

  /**
   * A dataset that the offer covers.
   *
   * @param slug its name
   * @param classification how openly it may go out
   * @param flags its legal flags
   * @param catalogues what is known of the rows of each distribution
   * @param download whether one of its distributions can be downloaded whole
   * @param demanded what the offer's tier holds back of it
   * @param alsoOpen whether another offer gives it to anyone, with nothing held back
   */
  public record Covered(
      Slug slug,
      Classification classification,
      SortedSet<String> flags,
      List<Catalogue> catalogues,
      boolean download,
      Obligations demanded,
      boolean alsoOpen) {

    public Covered {
      catalogues = List.copyOf(catalogues);
    }

    /** Whether the whole can be had at once, uncut. */
    boolean bulk() {
      return download && !demanded.shapesContent() && demanded.byteCap().isEmpty();
    }

    /**
     * Whether a column that can point to a person goes out as it is; unknown ones count as such.
     */
    boolean showsPersonalColumns() {
      return catalogues.stream()
          .anyMatch(
              catalogue ->
                  catalogue.columns().stream().noneMatch(Column::personal)
                      || catalogue.columns().stream().anyMatch(this::showsPersonal));
    }

    private boolean showsPersonal(Column column) {
      return column.personal()
          && demanded.visibleColumns().map(v -> v.contains(column.name())).orElse(true)
          && demanded.masks().stream().map(Mask::column).noneMatch(column.name()::equals);
    }
  }

  /** In which ways it holds back a dataset, by what its tier does and whom and what it asks. */
  Set<Restriction> restrictions(Covered dataset) {
    Obligations demanded = dataset.demanded();
    Set<Restriction> found = EnumSet.noneOf(Restriction.class);
    if (demanded.visibleColumns().isPresent() || !demanded.masks().isEmpty()) {
      found.add(Restriction.COLUMNS);
    }
    if (!demanded.rows().isEmpty() || demanded.area().isPresent()) {
      found.add(Restriction.ROWS);
    }
    if (demanded.freshnessDelay().isPresent() || demanded.historyDepth().isPresent()) {
      found.add(Restriction.TIME);
    }
    if (!purposes.isEmpty()) {
      found.add(Restriction.PURPOSES);
    }
    if (!reuserKinds.isEmpty()) {
      found.add(Restriction.REUSERS);
    }
    if (approval != Approval.AUTOMATIC) {
      found.add(Restriction.REVIEW);
    }
    return found;
  }
}
