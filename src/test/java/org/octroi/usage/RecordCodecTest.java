package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecordCodecTest {

  @Test
  void an_event_comes_back_whole() {
    UsageEvent event = Events.served("01900000-0000-7000-8000-0000000000ff");

    assertThat(RecordCodec.decode(RecordCodec.encode(event)))
        .isEqualTo(new JournalRecord.Passed(event));
  }

  @Test
  void an_event_of_nobody_comes_back_whole() {
    UsageEvent event = Events.refused("r");

    assertThat(RecordCodec.decode(RecordCodec.encode(event)))
        .isEqualTo(new JournalRecord.Passed(event));
  }

  @Test
  void a_shape_comes_back_whole() {
    var shape =
        new JournalRecord.Shape(Instant.EPOCH.minusNanos(1), "hash", "rev", -7, "{\"é\":1}");

    assertThat(RecordCodec.decode(RecordCodec.encode(shape))).isEqualTo(shape);
  }

  @Test
  void a_record_of_a_later_version_is_known_to_be_foreign() {
    byte[] bytes = RecordCodec.encode(Events.served("r"));
    bytes[1] = 9;

    assertThat(RecordCodec.decode(bytes)).isEqualTo(new JournalRecord.Unreadable(1, 9));
  }

  @Test
  void an_event_takes_less_than_half_a_kilobyte() {
    assertThat(RecordCodec.encode(Events.served("01900000-0000-7000-8000-0000000000ff")))
        .hasSizeLessThan(512);
  }
}
