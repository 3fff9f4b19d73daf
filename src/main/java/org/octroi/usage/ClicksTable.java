package org.octroi.usage;

import java.sql.Types;
import java.util.Optional;
import java.util.UUID;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.AtTheDesk;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What {@link Clicks} remembered at a place of each journal. */
@Component
@AtTheDesk
final class ClicksTable {

  private final JdbcClient jdbc;

  ClicksTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * What was remembered.
   *
   * @param place up to where
   */
  record Kept(Place place, byte[] state) {}

  /** What was kept of a journal. */
  Optional<Kept> find(UUID journal) {
    return jdbc.sql(
            """
            select segment, byte_offset, state from usage_clicks where journal_id = :journal
            """)
        .param("journal", journal.toString())
        .query((row, n) -> new Kept(new Place(row.getLong(1), row.getLong(2)), row.getBytes(3)))
        .optional();
  }

  /** Keeps it, in the stead of what was kept before. */
  void keep(UUID journal, Kept kept) {
    jdbc.sql(
            """
            insert into usage_clicks (journal_id, segment, byte_offset, state)
            values (:journal, :segment, :offset, :state)
            on duplicate key update segment = :segment, byte_offset = :offset, state = :state
            """)
        .param("journal", journal.toString())
        .param("segment", kept.place().segment())
        .param("offset", kept.place().offset())
        .param("state", kept.state(), Types.LONGVARBINARY)
        .update();
  }
}
