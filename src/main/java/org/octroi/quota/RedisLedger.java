package org.octroi.quota;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.octroi.problem.StartRefusedException;
import org.octroi.vocabulary.AtTheDesk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;

/**
 * The ledger of many gates in Redis, with the database as the durable record.
 *
 * <p>A line stands in Redis as a <i>pool</i>: units that were leased from the database and that no
 * gate has leased yet. Gates lease from the pool by a script, which Redis runs whole; who finds it
 * dry fetches a larger part from the database. What is in a pool counts as taken in the database,
 * so a Redis that loses its memory can never let more through than the quota: it costs what was in
 * its pools, which is a tenth of what nobody had leased, at most.
 *
 * <p>Where Redis can't be reached, gates lease from the database itself until it can. Safe for use
 * by many threads and many gates.
 */
@Component
@AtTheDesk
@Primary
@ConditionalOnProperty("octroi.redis.url")
final class RedisLedger implements Ledger, DisposableBean {

  private static final Logger LOG = LoggerFactory.getLogger(RedisLedger.class);

  /** For how long after its period a pool is kept at least, for gates whose clocks are behind. */
  private static final long KEPT_MILLIS = 120_000;

  /** So often somebody else may be faster, before the database is asked. */
  private static final int TURNS = 100;

  /** A pool is filled for so many leases like the one that found it dry. */
  private static final long LEASES_AHEAD = 16;

  private static final String QUOTA = "quota";
  private static final String POOL = "pool";
  private static final String BEHIND = "behind";

  /** Takes units of the pool if they are there, under the quota that it was filled for. */
  private static final String TAKE =
      """
      local of = redis.call('hmget', KEYS[1], 'quota', 'pool')
      if of[1] ~= ARGV[1] or tonumber(of[2]) < tonumber(ARGV[2]) then return 0 end
      redis.call('hincrby', KEYS[1], 'pool', -tonumber(ARGV[2]))
      return 1
      """;

  /** Adds units to the pool of a quota, and says what is behind it in the database. */
  private static final String FILL =
      """
      local of = redis.call('hget', KEYS[1], 'quota')
      if of and of ~= ARGV[1] then return 0 end
      redis.call('hset', KEYS[1], 'quota', ARGV[1], 'behind', ARGV[3])
      redis.call('hincrby', KEYS[1], 'pool', ARGV[2])
      redis.call('pexpire', KEYS[1], ARGV[4])
      return 1
      """;

  /** Gives units back to a pool that is there. */
  private static final String RETURN =
      """
      if redis.call('exists', KEYS[1]) == 0 then return 0 end
      redis.call('hincrby', KEYS[1], 'pool', ARGV[1])
      return 1
      """;

  /** Empties the pool of another quota than this one. */
  private static final String EMPTY =
      """
      local of = redis.call('hmget', KEYS[1], 'quota', 'pool')
      if not of[1] or of[1] == ARGV[1] then return 0 end
      redis.call('del', KEYS[1])
      return tonumber(of[2])
      """;

  private final DatabaseLedger database;
  private final RedisClient client;
  private final Counter failures;
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private volatile boolean failing;

  RedisLedger(DatabaseLedger database, RedisProperties properties, MeterRegistry metrics) {
    this.database = database;
    this.client = RedisClient.create(address(properties));
    // A command must not wait for a connection that is gone: the database is asked instead.
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .build());
    this.failures = metrics.counter("octroi.quota.redis.failures");
  }

  private static RedisURI address(RedisProperties properties) {
    try {
      RedisURI uri = RedisURI.create(properties.url());
      uri.setTimeout(properties.timeout());
      return uri;
    } catch (IllegalArgumentException e) {
      // Its message would show the password.
      throw new StartRefusedException(
          "octroi.redis.url is not the address of a Redis.",
          "Write it as redis://[user:password@]host:port[/number], or leave it out.");
    }
  }

  @Override
  public Leased lease(Line line, long quota, LongUnaryOperator amount) {
    try {
      Leased leased = leaseFromPool(line, quota, amount);
      if (failing) {
        failing = false;
        LOG.info("Redis answers again: quotas are leased from it");
      }
      return leased;
    } catch (RedisException e) {
      failed(e);
      return database.lease(line, quota, amount);
    }
  }

  private Leased leaseFromPool(Line line, long quota, LongUnaryOperator amount) {
    String key = key(line);
    String stated = Long.toString(quota);
    for (int turn = 0; turn < TURNS; turn++) {
      List<KeyValue<String, String>> found = commands().hmget(key, QUOTA, POOL, BEHIND);
      boolean filled = found.getFirst().hasValue();
      if (filled && !found.getFirst().getValue().equals(stated)) {
        long emptied = number(commands().eval(EMPTY, ScriptOutputType.INTEGER, keys(key), stated));
        if (emptied != 0) {
          database.giveBack(line, emptied);
        }
        continue;
      }
      long pool = filled ? Long.parseLong(found.get(1).getValue()) : 0;
      long behind = filled ? Long.parseLong(found.get(2).getValue()) : quota;
      long remaining = pool + behind;
      if (filled && remaining <= 0) {
        // Somebody may have given units back to the database since.
        return database.lease(line, quota, amount);
      }
      long units = Math.min(remaining, amount.applyAsLong(remaining));
      if (filled && units <= 0) {
        return new Leased(0, remaining);
      }
      if (filled && units <= pool) {
        if (number(commands().eval(TAKE, ScriptOutputType.INTEGER, keys(key), stated, units + ""))
            == 1) {
          return new Leased(units, remaining - units);
        }
        continue;
      }
      Leased fetched = database.lease(line, quota, left -> fill(left, pool, amount));
      if (fetched.granted() == 0 && filled && fetched.remaining() == behind) {
        return new Leased(0, pool + fetched.remaining());
      }
      if (number(
              commands()
                  .eval(
                      FILL,
                      ScriptOutputType.INTEGER,
                      keys(key),
                      stated,
                      Long.toString(fetched.granted()),
                      Long.toString(fetched.remaining()),
                      Long.toString(expiry(line))))
          == 0) {
        database.giveBack(line, fetched.granted());
      }
    }
    return database.lease(line, quota, amount);
  }

  private static long expiry(Line line) {
    return Math.max(0, line.period().endMillis() - System.currentTimeMillis()) + KEPT_MILLIS;
  }

  /**
   * How much to fetch, given what is left in the database: some leases ahead, a tenth of what is
   * left at most, and what is needed now in any case.
   */
  private static long fill(long left, long pool, LongUnaryOperator amount) {
    long wanted = amount.applyAsLong(pool + left);
    return Math.max(wanted - pool, Math.min(left / 10, wanted * LEASES_AHEAD));
  }

  @Override
  public void giveBack(Line line, long units) {
    if (units > 0) {
      try {
        if (number(
                commands()
                    .eval(RETURN, ScriptOutputType.INTEGER, keys(key(line)), Long.toString(units)))
            == 1) {
          return;
        }
      } catch (RedisException e) {
        failed(e);
      }
    }
    database.giveBack(line, units);
  }

  private void failed(RedisException e) {
    failures.increment();
    if (!failing) {
      failing = true;
      LOG.warn("Redis does not answer: quotas are leased from the database: {}", e.toString());
    }
  }

  private RedisCommands<String, String> commands() {
    StatefulRedisConnection<String, String> open = connection;
    if (open == null) {
      synchronized (this) {
        open = connection;
        if (open == null) {
          open = client.connect();
          connection = open;
        }
      }
    }
    return open.sync();
  }

  private static long number(@Nullable Object answered) {
    return answered instanceof Long number ? number : 0;
  }

  private static String[] keys(String key) {
    return new String[] {key};
  }

  private static String key(Line line) {
    return "octroi:quota:"
        + line.account().key()
        + ":"
        + line.period().label()
        + ":"
        + line.unit().word();
  }

  @Override
  public void destroy() {
    client.shutdown();
  }
}
