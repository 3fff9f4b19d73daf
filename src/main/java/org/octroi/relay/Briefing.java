package org.octroi.relay;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Entitlements;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.StartRefusedException;
import org.octroi.secret.Seal;
import org.octroi.token.TrustedKeys;
import org.octroi.usage.Pseudonyms;
import org.octroi.vocabulary.AtAGateByItself;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps a gate by itself informed: everything at the start, then change by change, by a question
 * that the desk answers when there is news. The next question tells it that the news are in force.
 *
 * <p>What is known is kept in a file, a few seconds behind. While the desk is away the gate serves
 * what it knows; a start without a desk takes it from the file. When the desk does not accept the
 * gate any more, all is forgotten and the process ends.
 */
@Component
@AtAGateByItself
final class Briefing implements SmartLifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Briefing.class);

  /** Before the gate opens, after the rest. */
  private static final int PHASE = 1000;

  private static final Duration WAIT = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(7);
  private static final Duration PATIENCE_FOR_ALL = Duration.ofSeconds(60);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final Duration BETWEEN_FILES = Duration.ofSeconds(3);

  /** No desk's: the first question of a process is answered with everything. */
  private static final UUID NO_DESK = new UUID(0, 0);

  private final DeskLine line;
  private final Entitlements entitlements;
  private final TrustedKeys trusted;
  private final Pseudonyms pseudonyms;
  private final PublicAddresses addresses;
  private final Seal seal;
  private final Clock clock;
  private final ConfigurableApplicationContext process;
  private final SnapshotFile file;

  private UUID desk = NO_DESK;
  private long count = -1;
  private Brief.@Nullable Standing standing;
  private boolean fileIsBehind;
  private long fileWrittenNanos;
  private boolean addressesDiffer;

  private volatile @Nullable Instant behindSince;
  private volatile boolean running;
  private @Nullable Thread asking;

  Briefing(
      DeskLine line,
      DeskProperties properties,
      Entitlements entitlements,
      TrustedKeys trusted,
      Pseudonyms pseudonyms,
      PublicAddresses addresses,
      Seal seal,
      Clock clock,
      ConfigurableApplicationContext process) {
    this.line = line;
    this.entitlements = entitlements;
    this.trusted = trusted;
    this.pseudonyms = pseudonyms;
    this.addresses = addresses;
    this.seal = seal;
    this.clock = clock;
    this.process = process;
    this.file = new SnapshotFile(properties.snapshotFile());
  }

  /** Since when the desk can't be asked; empty while it can. */
  Optional<Instant> behindSince() {
    return Optional.ofNullable(behindSince);
  }

  @Override
  public void start() {
    try {
      take(ask(Duration.ZERO));
      keep();
    } catch (NotEnrolledException e) {
      forget();
      throw new StartRefusedException(
          "The desk does not accept this gate: its credential is wrong, or was revoked.",
          "Enrol it anew at the desk (POST /api/v1/gates) and start it with the new credential.");
    } catch (IOException e) {
      SnapshotFile.Kept kept =
          file.read()
              .orElseThrow(
                  () ->
                      new StartRefusedException(
                          "The desk can't be reached, and this gate knows nothing yet: " + e,
                          "Start the desk, or say where it is with octroi.gate.desk.url. Once a"
                              + " gate has heard from it, it can start without it."));
      take(kept.brief());
      // The process that told it may be gone, and what came since is not in the file.
      desk = NO_DESK;
      behindSince = clock.instant();
      LOG.warn(
          "The desk can't be reached ({}): the gate serves what it knew at {}",
          e.toString(),
          kept.at());
    }
    running = true;
    asking = Thread.ofVirtual().name("gate-briefing").start(this::keepAsking);
  }

  private Brief ask(Duration wait) throws IOException {
    return line.ask(
        Question.NEWS,
        new Brief.Ask(desk, count, standing == null ? "" : standing.hash(), (int) wait.toMillis()),
        desk.equals(NO_DESK) ? PATIENCE_FOR_ALL : PATIENCE);
  }

  private void keepAsking() {
    while (running) {
      try {
        take(ask(WAIT));
        if (behindSince != null) {
          behindSince = null;
          LOG.info("The desk answers again");
        }
        if (fileIsBehind && System.nanoTime() - fileWrittenNanos > BETWEEN_FILES.toNanos()) {
          keep();
        }
      } catch (NotEnrolledException e) {
        LOG.error(
            "The desk does not accept this gate any more: it forgets what it knows, and stops."
                + " Usage that was not sent yet stays in its journal");
        forget();
        running = false;
        Thread.ofPlatform().name("gate-turned-away").start(process::close);
      } catch (IOException | RuntimeException e) {
        pauseAfter(e);
      }
    }
  }

  private void pauseAfter(Exception failure) {
    if (!running) {
      return;
    }
    if (behindSince == null) {
      behindSince = clock.instant();
      LOG.warn(
          "The desk can't be asked: the gate serves what it knows, and asks again: {}",
          failure.toString());
    }
    try {
      Thread.sleep(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running = false;
    }
  }

  private void take(Brief brief) {
    if (!brief.standing().equals(standing)) {
      takeStanding(brief.standing());
    }
    if (brief.whole()) {
      entitlements.replace(brief.changes());
      LOG.info("Entitlements are loaded at revision {}", entitlements.current().revision());
    } else {
      brief.changes().forEach(entitlements::apply);
    }
    fileIsBehind |= brief.whole() || !brief.changes().isEmpty();
    desk = brief.desk();
    count = brief.count();
  }

  private void takeStanding(Brief.Standing now) {
    trusted.replace(now.jwksByIssuer(), now.audience());
    Map<LocalDate, byte[]> keys = new HashMap<>();
    for (Brief.PseudonymKey key : now.pseudonymKeys()) {
      keys.put(LocalDate.parse(key.day()), seal.open(Brief.PseudonymKey.USE, key.sealed()));
    }
    pseudonyms.bring(keys);
    standing = now;
    fileIsBehind = true;
    boolean differ =
        !now.deskUrl().equals(addresses.desk().publicUrl())
            || !now.gateUrl().equals(addresses.gate().publicUrl());
    if (differ && !addressesDiffer) {
      LOG.warn(
          "Answers of this gate name other addresses than the desk's: start it with"
              + " octroi.desk.public-url={} and octroi.gate.public-url={}",
          now.deskUrl(),
          now.gateUrl());
    }
    addressesDiffer = differ;
  }

  private void keep() {
    Brief.Standing known = standing;
    if (known == null) {
      return;
    }
    try {
      file.write(new Brief(desk, count, true, entitlements.newsSince(-1).changes(), known));
      fileIsBehind = false;
    } catch (IOException e) {
      LOG.warn("What the gate knows can't be kept for its next start: {}", e.getMessage());
    }
    fileWrittenNanos = System.nanoTime();
  }

  private void forget() {
    entitlements.replace(List.of());
    trusted.replace(Map.of(), "");
    pseudonyms.bring(Map.of());
    standing = null;
    fileIsBehind = false;
    try {
      file.delete();
    } catch (IOException e) {
      LOG.error("The file of what the gate knew can't be deleted: {}", e.getMessage());
    }
  }

  @Override
  public void stop() {
    running = false;
    Thread thread = asking;
    if (thread == null) {
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    if (fileIsBehind) {
      keep();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
