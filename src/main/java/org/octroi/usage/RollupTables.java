package org.octroi.usage;

import static java.util.stream.Collectors.joining;

import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeyId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables that the drain fills. Every method runs in the transaction of its caller. */
@Component
@AtTheDesk
final class RollupTables {

  private final JdbcClient jdbc;
  private final JdbcOperations batches;

  RollupTables(JdbcClient jdbc, JdbcOperations batches) {
    this.jdbc = jdbc;
    this.batches = batches;
  }

  /** How far a journal has been drained. */
  Optional<Place> position(UUID journal) {
    return jdbc.sql(
            """
            select segment, byte_offset from usage_drain_position where journal_id = :journal
            """)
        .param("journal", journal.toString())
        .query((row, n) -> new Place(row.getLong(1), row.getLong(2)))
        .optional();
  }

  /** Begins at a place. */
  void begin(UUID journal, Place place) {
    jdbc.sql(
            """
            insert into usage_drain_position (journal_id, segment, byte_offset)
            values (:journal, :segment, :offset)
            """)
        .param("journal", journal.toString())
        .param("segment", place.segment())
        .param("offset", place.offset())
        .update();
  }

  /** Moves on from one place to another; false when somebody else has moved. */
  boolean move(UUID journal, Place from, Place to) {
    return jdbc.sql(
                """
                update usage_drain_position set segment = :segment, byte_offset = :offset
                where journal_id = :journal
                  and segment = :fromSegment and byte_offset = :fromOffset
                """)
            .param("segment", to.segment())
            .param("offset", to.offset())
            .param("journal", journal.toString())
            .param("fromSegment", from.segment())
            .param("fromOffset", from.offset())
            .update()
        == 1;
  }

  /**
   * Adds sums of one grain to their lines; the lines are taken in the order of their keys, so none
   * lock up.
   */
  void add(Rollup.Grain grain, Map<Rollup, Tally.Sums> sums) {
    SortedMap<String, Added> lines = new TreeMap<>();
    sums.forEach((line, sum) -> lines.put(line.key(), new Added(line, sum)));
    if (lines.isEmpty()) {
      return;
    }
    List<Object[]> arguments = new ArrayList<>(lines.size());
    lines.forEach(
        (key, added) -> {
          List<@Nullable Object> values = figures(grain, added.sums());
          values.add(key);
          values.add(added.line().territory());
          arguments.add(values.toArray());
        });
    int[] updated = batches.batchUpdate(update(grain), arguments);
    List<Object[]> missing = new ArrayList<>();
    int i = 0;
    for (var line : lines.entrySet()) {
      if (updated[i++] == 0) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(line.getKey());
        values.addAll(Arrays.asList(line.getValue().line().columns()));
        values.addAll(figures(grain, line.getValue().sums()));
        missing.add(values.toArray());
      }
    }
    if (!missing.isEmpty()) {
      batches.batchUpdate(insert(grain), missing);
    }
  }

  private record Added(Rollup line, Tally.Sums sums) {}

  private static List<@Nullable Object> figures(Rollup.Grain grain, Tally.Sums sums) {
    List<@Nullable Object> figures = new ArrayList<>();
    figures.add(sums.requests);
    figures.add(sums.rows);
    figures.add(sums.bytes);
    figures.add(sums.latencyMicros);
    if (grain.counter()) {
      figures.add(sums.investigations);
      figures.add(sums.uniqueInvestigations);
      figures.add(sums.dataRequests);
      figures.add(sums.uniqueDataRequests);
    }
    figures.add(sums.latencyMicrosMax);
    return figures;
  }

  /** The columns that are added up, in the order of {@link #figures}. */
  private static List<String> added(Rollup.Grain grain) {
    return grain.counter()
        ? List.of(
            "requests",
            "rows_out",
            "bytes_out",
            "latency_micros",
            "investigations",
            "unique_investigations",
            "data_requests",
            "unique_data_requests")
        : List.of("requests", "rows_out", "bytes_out", "latency_micros");
  }

  private static String update(Rollup.Grain grain) {
    return """
    update %s set
      %s,
      latency_micros_max = greatest(latency_micros_max, ?)
    where rollup_key = ? and territory_id = ?
    """
        .formatted(
            grain.table(),
            added(grain).stream().map(c -> c + " = " + c + " + ?").collect(joining(", ")));
  }

  /** Where another gate's drain began the line a moment ago, what is inserted is added to it. */
  private static String insert(Rollup.Grain grain) {
    String columns =
        String.join(", ", grain.columns())
            + ", holder_id, dataset_id, distribution_id, offer_id, agreement_id, application_id,"
            + " reuser, licence_version_id, tier, purpose, action, format, channel, status, reason,"
            + " outcome, "
            + String.join(", ", added(grain))
            + ", latency_micros_max";
    return """
    insert into %s (rollup_key, territory_id, %s)
    values (?, ?, %s)
    on duplicate key update
      %s,
      latency_micros_max = greatest(latency_micros_max, values(latency_micros_max))
    """
        .formatted(
            grain.table(),
            columns,
            Arrays.stream(columns.split(",")).map(column -> "?").collect(joining(", ")),
            added(grain).stream()
                .map(c -> c + " = " + c + " + values(" + c + ")")
                .collect(joining(", ")));
  }

  /** Keeps a shape, once, and notes that it was seen again. */
  void keep(JournalRecord.Shape shape) {
    boolean known =
        jdbc.sql("update usage_shape set last_seen = :seen where shape_hash = :hash")
                .param("seen", UtcTimes.column(shape.firstSeen()))
                .param("hash", shape.hash())
                .update()
            > 0;
    if (known) {
      return;
    }
    try {
      jdbc.sql(
              """
              insert into usage_shape (
                shape_hash, policy_revision, snapshot_revision, first_seen, input)
              values (:hash, :policy, :snapshot, :seen, :input)
              """)
          .param("hash", shape.hash())
          .param("policy", shape.policyRevision())
          .param("snapshot", shape.snapshotRevision())
          .param("seen", UtcTimes.column(shape.firstSeen()))
          .param("input", shape.input(), Types.LONGVARCHAR)
          .update();
    } catch (DuplicateKeyException e) {
      // Another gate met the same shape a moment ago.
    }
  }

  /** Notes on which day each API key was last used; in the order of their ids, so none lock up. */
  void keysUsed(Map<KeyId, LocalDate> lastDays) {
    if (lastDays.isEmpty()) {
      return;
    }
    SortedMap<String, LocalDate> byId = new TreeMap<>();
    lastDays.forEach((key, day) -> byId.put(key.toString(), day));
    batches.batchUpdate(
        """
        insert into usage_key (key_id, last_used_on) values (?, ?)
        on duplicate key update last_used_on = greatest(last_used_on, values(last_used_on))
        """,
        byId.entrySet().stream()
            .map(used -> new Object[] {used.getKey(), used.getValue()})
            .toList());
  }

  /** The passages that are open, by request id. */
  Map<String, Place> openPassages(UUID journal) {
    Map<String, Place> open = new HashMap<>();
    jdbc.sql(
            """
            select request_id, segment, byte_offset from usage_open_passage
            where journal_id = :journal
            """)
        .param("journal", journal.toString())
        .query(
            row -> {
              open.put(row.getString(1), new Place(row.getLong(2), row.getLong(3)));
            });
    return open;
  }

  /** Notes the last provisional record of a passage. */
  void open(UUID journal, String requestId, Place place) {
    close(journal, requestId);
    jdbc.sql(
            """
            insert into usage_open_passage (journal_id, request_id, segment, byte_offset)
            values (:journal, :request, :segment, :offset)
            """)
        .param("journal", journal.toString())
        .param("request", requestId)
        .param("segment", place.segment())
        .param("offset", place.offset())
        .update();
  }

  /** The passage has ended; returns whether it was open. */
  boolean close(UUID journal, String requestId) {
    return jdbc.sql(
                """
                delete from usage_open_passage
                where journal_id = :journal and request_id = :request
                """)
            .param("journal", journal.toString())
            .param("request", requestId)
            .update()
        == 1;
  }
}
