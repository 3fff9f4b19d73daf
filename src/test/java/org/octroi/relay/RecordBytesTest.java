package org.octroi.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records as bytes, and back: the same, or an error, and never something else. */
class RecordBytesTest {

  private static final RecordBytes<Whole> BYTES = RecordBytes.of(Whole.class);

  record Whole(
      UUID id,
      Optional<String> perhaps,
      OptionalLong number,
      List<Part> parts,
      Set<Colour> colours,
      SortedSet<String> words,
      Map<String, List<Integer3>> table,
      Instant at,
      Duration length,
      ZoneId zone) {}

  record Integer3(int one, long two, double three) {}

  sealed interface Part {
    record Named(String name, boolean yes, int number) implements Part {}

    record Empty() implements Part {}
  }

  enum Colour {
    RED,
    GREEN
  }

  private static final Whole WHOLE =
      new Whole(
          UUID.fromString("01900000-0000-7000-8000-000000000001"),
          Optional.of("là-bas"),
          OptionalLong.of(7),
          List.of(new Part.Named("x", true, 3), new Part.Empty()),
          Set.of(Colour.GREEN),
          new TreeSet<>(Set.of("b", "a")),
          Map.of("k", List.of(new Integer3(1, 2, 0.5))),
          Instant.parse("2026-11-27T10:00:00.123456789Z"),
          Duration.ofMillis(1500),
          ZoneId.of("Europe/Paris"));

  @Test
  void what_was_written_is_read() throws IOException {
    assertThat(read(written(WHOLE))).isEqualTo(WHOLE);
  }

  @Test
  void what_occurs_often_is_written_once() throws IOException {
    Part.Named often = new Part.Named("x".repeat(10), true, 1);
    Whole many =
        new Whole(
            WHOLE.id(),
            Optional.empty(),
            OptionalLong.empty(),
            Collections.nCopies(1000, often),
            Set.of(),
            new TreeSet<>(),
            Map.of(),
            WHOLE.at(),
            WHOLE.length(),
            WHOLE.zone());

    Whole read = read(written(many));

    assertThat(read).isEqualTo(many);
    assertThat(read.parts().getLast()).isSameAs(read.parts().getFirst());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void bytes_that_were_altered_are_an_error_or_a_record_of_the_kind(long seed) throws IOException {
    byte[] good = written(WHOLE);
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(read(bad)).isInstanceOf(Whole.class);
      } catch (IOException e) {
        assertThat(e).isNotNull();
      }
    }
    assertThatThrownBy(() -> read("nonsense".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_record_of_other_components_has_another_form() {
    record Other(String name) {}
    record Another(String title) {}
    assertThat(RecordBytes.of(Other.class).form())
        .isEqualTo(RecordBytes.of(Other.class).form())
        .isNotEqualTo(RecordBytes.of(Another.class).form());
  }

  @Test
  void only_records_and_plain_values_are_written() {
    record Open(Thread thread) {}
    assertThatThrownBy(() -> RecordBytes.of(Open.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] written(Whole whole) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BYTES.write(whole, bytes, Secrets.STAY);
    return bytes.toByteArray();
  }

  private static Whole read(byte[] bytes) throws IOException {
    return BYTES.read(new ByteArrayInputStream(bytes), Secrets.STAY);
  }
}
