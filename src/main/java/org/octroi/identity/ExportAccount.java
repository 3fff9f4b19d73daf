package org.octroi.identity;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.stereotype.Component;

/** Gathers what all rooms keep about a person, for them to take along. */
@Component
public class ExportAccount {

  /** What the file is called where it is saved. */
  public static final String FILE = "attachment; filename=\"octroi-account.json\"";

  private final List<PersonalRecords> rooms;
  private final Clock clock;

  ExportAccount(List<PersonalRecords> rooms, Clock clock) {
    this.rooms = List.copyOf(rooms);
    this.clock = clock;
  }

  /**
   * All that is kept about a person, by kind of record.
   *
   * @param person their id
   * @param exportedAt when it was so
   * @param records the records of each kind
   */
  public record Export(
      String person, Instant exportedAt, Map<String, List<Map<String, Object>>> records) {}

  /** What is kept now. */
  public Export of(PersonId person) {
    Map<String, List<Map<String, Object>>> all = new TreeMap<>();
    rooms.forEach(room -> all.putAll(room.of(person)));
    return new Export(person.toString(), clock.instant(), all);
  }
}
