package org.octroi.agreement;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.audit.AuditTrail;
import org.octroi.catalogue.Dataset;
import org.octroi.catalogue.Datasets;
import org.octroi.identity.NoticeWords;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.territory.Holder;
import org.octroi.territory.Holders;
import org.octroi.territory.Territories;
import org.octroi.territory.Territory;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.DatasetId;
import org.octroi.vocabulary.Sha256;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Writes to all reusers of a holder, or of one of its datasets. The audit trail keeps the letter's
 * fingerprint, not its words.
 *
 * @refuses not-found when there is no such holder
 * @refuses forbidden when the caller neither reviews nor edits for it
 * @refuses invalid-field when the dataset is none of the holder's
 * @refuses too-many-letters when the holder has written five in 24 hours
 */
@Component
@Transactional
class WriteLetter {

  static final int MOST = 5;
  static final Duration IN = Duration.ofHours(24);

  private final JdbcClient jdbc;
  private final Territories territories;
  private final Holders holders;
  private final Datasets datasets;
  private final Circulars circulars;
  private final NoticeWords words;
  private final AuditTrail trail;
  private final Clock clock;

  WriteLetter(
      JdbcClient jdbc,
      Territories territories,
      Holders holders,
      Datasets datasets,
      Circulars circulars,
      NoticeWords words,
      AuditTrail trail,
      Clock clock) {
    this.jdbc = jdbc;
    this.territories = territories;
    this.holders = holders;
    this.datasets = datasets;
    this.circulars = circulars;
    this.words = words;
    this.trail = trail;
    this.clock = clock;
  }

  /**
   * The holder with this name in addresses, for those who work for it.
   *
   * @param territory the territory's name in addresses
   */
  Holder holder(String territory, String slug, Caller by) {
    Holder holder = holder(territory, slug);
    if (!worksFor(holder, by)) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return holder;
  }

  /** The same, for those who may look at what it wrote: auditors too. */
  Holder holderToRead(String territory, String slug, Caller by) {
    Holder holder = holder(territory, slug);
    if (!worksFor(holder, by) && !by.mayAudit(Optional.of(holder.territory()))) {
      throw RefusedException.of(ProblemType.FORBIDDEN);
    }
    return holder;
  }

  private static boolean worksFor(Holder holder, Caller by) {
    return by.mayReview(holder.id()) || by.mayEdit(holder.id());
  }

  private Holder holder(String territory, String slug) {
    return territories
        .find(territory)
        .map(Territory::id)
        .flatMap(in -> holders.find(in, slug))
        .filter(found -> found.retiredAt().isEmpty())
        .orElseThrow(() -> RefusedException.of(ProblemType.NOT_FOUND, territory + "/" + slug));
  }

  /**
   * Answers how many reusers it is for.
   *
   * @param dataset its name in addresses
   */
  int handle(Holder holder, Circulars.Letter letter, Optional<String> dataset, Caller by) {
    Optional<DatasetId> about = dataset.map(slug -> dataset(holder, slug));
    refuseFlood(holder);
    int reusers =
        circulars.write(
            new Audience(holder.territory(), holder.id(), about),
            "holder.written",
            words.say(
                "notice.holder.written.title", NoticeWords.brief(holder.name()), letter.title()),
            words.say("notice.holder.written.text", holder.name(), letter.text()),
            letter,
            by.person());
    Map<String, String> details = new LinkedHashMap<>();
    details.put("reusers", Integer.toString(reusers));
    details.put(
        "letter",
        Sha256.hex(
            String.join(
                "\n",
                letter.title().fr(),
                letter.title().en(),
                letter.text().fr(),
                letter.text().en())));
    about.ifPresent(one -> details.put("dataset", one.toString()));
    trail.record(
        by.actor(),
        "holder.letter",
        Optional.of(holder.territory()),
        "holder",
        holder.id().toString(),
        details);
    return reusers;
  }

  private DatasetId dataset(Holder holder, String slug) {
    return datasets
        .find(holder.territory(), slug)
        .filter(found -> found.holder().equals(holder.id()))
        .map(Dataset::id)
        .orElseThrow(
            () -> new RefusedException(Refusal.field("/dataset", "is no dataset of this holder")));
  }

  private void refuseFlood(Holder holder) {
    // Held, so that two letters at once are counted one after the other.
    jdbc.sql("select id from holder where territory_id = :territory and id = :id for update")
        .param("territory", holder.territory().toString())
        .param("id", holder.id().toString())
        .query(String.class)
        .single();
    Instant now = clock.instant();
    List<Instant> written = circulars.writtenSince(holder.territory(), holder.id(), now.minus(IN));
    if (written.size() >= MOST) {
      throw new RefusedException(
          ProblemAnswers.retryAfter(
              ProblemType.TOO_MANY_LETTERS,
              Duration.between(now, written.get(written.size() - MOST).plus(IN)).plusSeconds(1)));
    }
  }
}
