package org.octroi.usage;

import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.MappedJournal.Place;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The tables that the drain fills. Every method runs in the transaction of its caller. */
@Component
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

  /** Adds sums to their lines; the lines are taken in the order of their keys, so none lock up. */
  void add(Map<Rollup, Tally.Sums> sums) {
    if (sums.isEmpty()) {
      return;
    }
    SortedMap<String, Rollup> lines = new TreeMap<>();
    sums.keySet().forEach(line -> lines.put(line.key(), line));
    List<String> missing = update(lines.keySet(), lines, sums);
    for (String key : missing) {
      try {
        insert(key, lines.get(key), sums.get(lines.get(key)));
      } catch (DuplicateKeyException e) {
        // Another gate's drain began the line a moment ago.
        update(List.of(key), lines, sums);
      }
    }
  }

  private List<String> update(
      Collection<String> keys, Map<String, Rollup> lines, Map<Rollup, Tally.Sums> sums) {
    List<Object[]> arguments = new ArrayList<>(keys.size());
    for (String key : keys) {
      Rollup line = lines.get(key);
      Tally.Sums sum = sums.get(line);
      if (line != null && sum != null) {
        arguments.add(
            new Object[] {
              sum.requests,
              sum.rows,
              sum.bytes,
              sum.latencyMicros,
              sum.latencyMicrosMax,
              key,
              line.territory()
            });
      }
    }
    int[] updated =
        batches.batchUpdate(
            """
            update usage_rollup set
              requests = requests + ?,
              rows_out = rows_out + ?,
              bytes_out = bytes_out + ?,
              latency_micros = latency_micros + ?,
              latency_micros_max = greatest(latency_micros_max, ?)
            where rollup_key = ? and territory_id = ?
            """,
            arguments);
    List<String> missing = new ArrayList<>();
    int i = 0;
    for (String key : keys) {
      if (updated[i++] == 0) {
        missing.add(key);
      }
    }
    return missing;
  }

  private void insert(String key, @Nullable Rollup line, Tally.@Nullable Sums sum) {
    if (line == null || sum == null) {
      throw new IllegalArgumentException("no line of key " + key);
    }
    @Nullable Object[] dimensions = line.columns();
    List<@Nullable Object> values = new ArrayList<>(dimensions.length + 6);
    values.add(key);
    for (Object dimension : dimensions) {
      values.add(dimension);
    }
    values.add(sum.requests);
    values.add(sum.rows);
    values.add(sum.bytes);
    values.add(sum.latencyMicros);
    values.add(sum.latencyMicrosMax);
    jdbc.sql(
            """
            insert into usage_rollup (
              rollup_key, territory_id, utc_hour, local_day, holder_id, dataset_id,
              distribution_id, offer_id, agreement_id, application_id, reuser, licence_version_id,
              tier, purpose, action, format, channel, status, reason, outcome,
              requests, rows_out, bytes_out, latency_micros, latency_micros_max)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        .params(values)
        .update();
  }

  /** Keeps a shape, once. */
  void keep(JournalRecord.Shape shape) {
    boolean known =
        jdbc.sql("select count(*) from usage_shape where shape_hash = :hash")
                .param("hash", shape.hash())
                .query(Integer.class)
                .single()
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
