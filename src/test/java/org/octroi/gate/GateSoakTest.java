package org.octroi.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.octroi.gate.NastyStore.Behaviour;
import org.octroi.gate.http.RawClient;
import org.octroi.gate.http.RawClient.Answer;
import org.octroi.store.StoreAddress;

/**
 * A whole gate between stores that break and readers that vanish, for as long as {@code
 * octroi.soak.seconds} says. Whatever happens, a whole answer is right and a broken one is seen to
 * be broken; who behaves is served all the while; and nothing is left at the end, neither a buffer
 * nor a connection.
 */
class GateSoakTest {

  private static final Duration SOAK =
      Duration.ofSeconds(Integer.getInteger("octroi.soak.seconds", 15));

  /** One that begins with each of the store's behaviours, so that even a short soak meets all. */
  private static final int READERS = Behaviour.values().length;

  /** Far more than anything takes that is not broken, on a machine that has much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int[] SIZES = {0, 1, 2048, 65_536, 65_537, 300_000, 2_000_000};

  /** More than the buffers of all sockets between: who stops reading this is noticed. */
  private static final int TOO_MUCH_TO_BUFFER = 16_000_000;

  private static final String SOUND = "/rennes/sound/api/";
  private static final String A_SOUND_ONE = "one of a sound store";
  private static final String NASTY = "/rennes/nasty/api/";

  @TempDir Path folder;
  private final AtomicInteger leaks = new AtomicInteger();
  private final Queue<String> wrongs = new ConcurrentLinkedQueue<>();
  private final Set<String> met = ConcurrentHashMap.newKeySet();
  private final AtomicLong whole = new AtomicLong();
  private final AtomicLong cut = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong left = new AtomicLong();
  private final AtomicLong served = new AtomicLong();
  private final AtomicLong slowestMillis = new AtomicLong();

  private ResourceLeakDetector.Level level;
  private NastyStore nasty;
  private NastyStore sound;
  private GateHouse house;
  private volatile boolean soaking = true;

  @BeforeEach
  void open() throws Exception {
    level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ByteBufUtil.setLeakListener((resource, records) -> leaks.incrementAndGet());
    nasty = new NastyStore();
    sound = new NastyStore();
    house =
        new GateHouse(
            folder,
            "--octroi.store.allowed-addresses=127.0.0.1:%d,127.0.0.1:%d"
                .formatted(nasty.port(), sound.port()),
            "--octroi.store.max-concurrent=1000",
            "--octroi.gate.store-timeout=10s");
    house.city.dataset("nasty").in(at(nasty)).published();
    house.city.dataset("sound").in(at(sound)).published();
  }

  @AfterEach
  void close() throws IOException {
    house.close();
    nasty.close();
    sound.close();
    ByteBufUtil.setLeakListener(null);
    ResourceLeakDetector.setLevel(level);
  }

  private static StoreAddress at(NastyStore store) {
    return new StoreAddress.Http(false, "127.0.0.1", store.port(), "");
  }

  @Test
  void nothing_leaks_nothing_is_wrong_and_who_behaves_is_served_all_the_while() throws Exception {
    long seed = System.nanoTime();
    NastyStore.body(TOO_MUCH_TO_BUFFER);
    getWarm();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      int reader = i;
      readers.add(Thread.startVirtualThread(() -> read(reader, new Random(seed + reader))));
    }
    readers.add(Thread.startVirtualThread(this::behave));
    Thread.sleep(SOAK);
    soaking = false;
    for (Thread reader : readers) {
      assertThat(reader.join(PATIENCE.multipliedBy(2))).as("a reader came to its end").isTrue();
    }
    long leftOver = connectionsLeftOver();
    house.context.close();
    int leaked = leaksNow();

    System.out.printf(
        "soak seconds=%d whole=%d cut=%d refused=%d left=%d served=%d slowest-served-ms=%d wrong=%d"
            + " leaks=%d connections-left=%d seed=%d%n",
        SOAK.toSeconds(),
        whole.get(),
        cut.get(),
        refused.get(),
        left.get(),
        served.get(),
        slowestMillis.get(),
        wrongs.size(),
        leaked,
        leftOver,
        seed);
    assertThat(wrongs).isEmpty();
    assertThat(leaked).as("buffers that nobody released").isZero();
    assertThat(leftOver).as("connections left over").isZero();
    assertThat(served.get()).as("how often who behaves was served").isPositive();
    assertThat(met).as("what the store did").hasSize(Behaviour.values().length);
    assertThat(faults()).as("faults of our own in the log").isEmpty();
    assertThat(aLeakIsNoticed()).as("the leak detector is awake").isTrue();
  }

  /** What is slow only because it is the first of its kind is not what is looked for. */
  private void getWarm() throws IOException {
    try (RawClient client = new RawClient(house.port(), PATIENCE)) {
      for (int i = 0; i < 50; i++) {
        for (String dataset : List.of(SOUND, NASTY)) {
          client.get(dataset + Behaviour.LENGTH + "/2048");
          judge(client, "one of the first", Behaviour.LENGTH, 2048, false);
        }
      }
    }
  }

  // ---- readers ---------------------------------------------------------------------------------

  /** One reader after the other, each of another kind; the store's behaviours take turns. */
  private void read(int from, Random random) {
    for (int turn = from; soaking; turn++) {
      Behaviour behaviour = Behaviour.values()[turn % Behaviour.values().length];
      int size = SIZES[random.nextInt(SIZES.length)];
      met.add(behaviour.name());
      String what = behaviour + "/" + size;
      try (RawClient client = new RawClient(house.port(), PATIENCE)) {
        switch (random.nextInt(10)) {
          case 0 -> vanish(client, behaviour, size, random);
          case 1 -> stall(client);
          case 2 -> pipeline(client, random);
          case 3 -> {
            what += " in HTTP/1.0";
            client.send("GET " + NASTY + behaviour + "/" + size + " HTTP/1.0\r\n\r\n");
            judge(client, what, behaviour, size, false);
          }
          case 4 -> {
            what += " by HEAD";
            client.send(
                "HEAD " + NASTY + behaviour + "/" + size + " HTTP/1.1\r\nHost: gate\r\n\r\n");
            judge(client, what, behaviour, size, true);
          }
          default -> {
            client.get(NASTY + behaviour + "/" + size);
            if (judge(client, what, behaviour, size, false)) {
              client.get(SOUND + Behaviour.LENGTH + "/2048");
              judge(client, A_SOUND_ONE + " behind " + what, Behaviour.LENGTH, 2048, false);
            }
          }
        }
      } catch (IOException | RuntimeException e) {
        wrongs.add(what + ": " + e);
      }
    }
  }

  private void vanish(RawClient client, Behaviour behaviour, int size, Random random)
      throws IOException {
    client.get(NASTY + behaviour + "/" + size);
    // Of an empty body there is no first byte to wait for.
    if (random.nextBoolean() && behaviour.sound() && size > 0) {
      client.head();
      client.read();
    }
    if (random.nextBoolean()) {
      client.vanish();
    }
    left.incrementAndGet();
  }

  private void stall(RawClient client) throws IOException {
    client.get(SOUND + Behaviour.LENGTH + "/" + TOO_MUCH_TO_BUFFER);
    Answer head = client.head();
    if (head.status() != 200) {
      wrongs.add("a large answer was " + head.status());
      return;
    }
    pause(1500);
    try {
      byte[] body = client.read(TOO_MUCH_TO_BUFFER);
      note(Arrays.equals(body, NastyStore.body(TOO_MUCH_TO_BUFFER)), "a large answer, late");
    } catch (SocketTimeoutException neitherWholeNorCut) {
      wrongs.add("a large answer, late: neither whole nor cut");
    } catch (IOException seenToBeCut) {
      cut.incrementAndGet();
    }
  }

  private void pipeline(RawClient client, Random random) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      sizes.add(SIZES[random.nextInt(5)]);
      client.get(SOUND + Behaviour.values()[random.nextInt(2)] + "/" + sizes.getLast());
    }
    for (int size : sizes) {
      judge(client, A_SOUND_ONE + " in a row", Behaviour.LENGTH, size, false);
    }
  }

  /** Takes no part in all this, and must not suffer from it. */
  private void behave() {
    while (soaking) {
      long began = System.nanoTime();
      try (RawClient client = new RawClient(house.port(), PATIENCE)) {
        client.get(SOUND + Behaviour.LENGTH + "/2048");
        if (judge(client, A_SOUND_ONE, Behaviour.LENGTH, 2048, false)) {
          served.incrementAndGet();
        }
      } catch (IOException | RuntimeException e) {
        wrongs.add(A_SOUND_ONE + ": " + e);
      }
      slowestMillis.accumulateAndGet((System.nanoTime() - began) / 1_000_000, Math::max);
      pause(20);
    }
  }

  // ---- judging ---------------------------------------------------------------------------------

  /**
   * Reads one answer to its end. Of a store that breaks even a sound answer may fail: it may have
   * gone silent on a connection that it was thought to be done with. A sound store is never to be
   * blamed.
   *
   * @return whether another request may follow on the connection
   */
  private boolean judge(
      RawClient client, String what, Behaviour behaviour, int size, boolean toHead) {
    boolean wellBehaved = what.startsWith(A_SOUND_ONE);
    try {
      Answer answer = client.answer(toHead);
      if (answer.status() == 200) {
        note(toHead || Arrays.equals(answer.bytes(), NastyStore.body(size)), what);
      } else if (!wellBehaved && Set.of(502, 504).contains(answer.status())) {
        refused.incrementAndGet();
      } else {
        wrongs.add(what + ": " + answer.status() + " " + answer.body());
      }
      return !answer.header("connection").equals("close");
    } catch (SocketTimeoutException neitherWholeNorCut) {
      wrongs.add(what + ": neither whole nor cut");
      return false;
    } catch (IOException seenToBeCut) {
      if (behaviour.sound()) {
        wrongs.add(what + ": cut, " + seenToBeCut);
      }
      cut.incrementAndGet();
      return false;
    }
  }

  private void note(boolean right, String what) {
    if (right) {
      whole.incrementAndGet();
    } else {
      wrongs.add(what + ": another body, said to be whole");
    }
  }

  /** The connections that are still open a while after the last client has gone. */
  private long connectionsLeftOver() {
    MeterRegistry meters = house.context.getBean(MeterRegistry.class);
    var gauge = meters.get("octroi.gate.connections").gauge();
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (gauge.value() > 0 && System.nanoTime() < until) {
      pause(50);
    }
    return (long) gauge.value();
  }

  /** A buffer that was lost is reported when another is made after it was collected. */
  private int leaksNow() {
    for (int i = 0; i < 20; i++) {
      System.gc();
      pause(50);
      ByteBufAllocator.DEFAULT.heapBuffer(16).release();
      ByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    return leaks.get();
  }

  private boolean aLeakIsNoticed() {
    lose();
    await().atMost(Duration.ofSeconds(20)).until(() -> leaksNow() > 0);
    return true;
  }

  private static void lose() {
    ByteBuf lost = ByteBufAllocator.DEFAULT.heapBuffer(16);
    lost.writeByte(1);
  }

  private List<String> faults() throws IOException {
    try (var lines = Files.lines(folder.resolve("octroi.log"))) {
      return lines.filter(line -> line.contains("\"ERROR\"")).limit(5).collect(Collectors.toList());
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
