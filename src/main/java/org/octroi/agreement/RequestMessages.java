package org.octroi.agreement;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import org.octroi.territory.PageAsk;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Id;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.UtcTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What both sides of a request write to each other, as it is kept. */
@Component
class RequestMessages {

  private final JdbcClient jdbc;
  private final Clock clock;

  RequestMessages(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Who writes. */
  enum Side {
    REUSER,
    HOLDER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a message does. */
  enum Kind {
    /** Nothing but to be read. */
    MESSAGE,
    /** Stops the legal clock. */
    QUESTION,
    /** Lets it go on. */
    ANSWER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A message.
   *
   * @param id its id, in the order of time
   * @param author who wrote it
   * @param side for whom
   * @param kind what it does
   * @param body its text
   * @param writtenAt when
   */
  record Message(
      String id, PersonId author, Side side, Kind kind, String body, Instant writtenAt) {}

  Message add(AccessRequest request, Caller by, Side side, Kind kind, String body) {
    Message message =
        new Message(Id.next().toString(), by.person(), side, kind, body, clock.instant());
    jdbc.sql(
            """
            insert into request_message
              (id, request_id, territory_id, author, side, kind, body, written_at)
            values (:id, :request, :territory, :author, :side, :kind, :body, :at)
            """)
        .param("id", message.id())
        .param("request", request.id().toString())
        .param("territory", request.territory().toString())
        .param("author", by.person().toString())
        .param("side", side.word())
        .param("kind", kind.word())
        .param("body", body)
        .param("at", UtcTimes.column(message.writtenAt()))
        .update();
    return message;
  }

  /** Those of a request, oldest first. */
  Page<Message> list(AccessRequest request, PageAsk ask) {
    return Page.of(
        jdbc.sql(
                """
                select id, author, side, kind, body, written_at from request_message
                where territory_id = :territory and request_id = :request and id > :after
                order by id
                limit :most
                """)
            .param("territory", request.territory().toString())
            .param("request", request.id().toString())
            .param("after", ask.after())
            .param("most", ask.fetch())
            .query(
                (row, n) ->
                    new Message(
                        row.getString("id"),
                        PersonId.of(row.getString("author")),
                        Side.valueOf(row.getString("side").toUpperCase(Locale.ROOT)),
                        Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                        row.getString("body"),
                        UtcTimes.read(row, "written_at").orElseThrow()))
            .list(),
        ask.limit(),
        Message::id);
  }
}
