package org.octroi.relay;

import java.util.UUID;
import org.octroi.quota.LeaseCall;
import org.octroi.usage.JournalPart;
import org.octroi.usage.JournalPlace;

/**
 * What a gate may ask its desk: by POST to {@link #PATH} and the name, both bodies as {@link
 * RecordBytes}.
 *
 * @param name the last segment of the address
 * @param asked how the question is written
 * @param answered how the answer is written
 */
public record Question<Q extends Record, A extends Record>(
    String name, RecordBytes<Q> asked, RecordBytes<A> answered) {

  /** Where the desk hears questions. */
  public static final String PATH = "/gate/v1/";

  /** The header field that names the form of what is sent and expected. */
  public static final String FORM = "Octroi-Form";

  /** What is new. */
  public static final Question<Brief.Ask, Brief> NEWS = of("news", Brief.Ask.class, Brief.class);

  /** Units of a quota. */
  public static final Question<LeaseCall, LeaseCall.Answer> LEASE =
      of("leases", LeaseCall.class, LeaseCall.Answer.class);

  /** Up to where a journal has come. */
  public static final Question<OfJournal, JournalPlace> JOURNAL_PLACE =
      of("journal-places", OfJournal.class, JournalPlace.class);

  /** Takes a part of a journal, and says up to where it has come then. */
  public static final Question<JournalPart, JournalPlace> JOURNAL_PART =
      of("journal-parts", JournalPart.class, JournalPlace.class);

  /** Which journal. */
  public record OfJournal(UUID journal) {}

  private static <Q extends Record, A extends Record> Question<Q, A> of(
      String name, Class<Q> asked, Class<A> answered) {
    return new Question<>(name, RecordBytes.of(asked), RecordBytes.of(answered));
  }

  /** What both sides must have in common. */
  public String form() {
    return asked.form() + answered.form();
  }
}
