package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.octroi.vocabulary.KeyId;

class RecordCodecTest {

  private static final RecordDecoder.Bodies ALONE = offset -> null;

  /** As the first version of the program wrote them. */
  private static final String SERVED_IN_VERSION_1 =
      "0101a4eab0b00d80a8de75dcc4024830313930303030302d303030302d373030302d3830"
          + "30302d303030303030303030306666019000000000700080000000000000010190000000"
          + "007000800000000000000201900000000070008000000000000003019000000000700080"
          + "00000000000004014830313930303030302d303030302d373030302d383030302d303030"
          + "303030303030303035010190000000007000800000000000000601019000000000700080"
          + "000000000000070101900000000070008000000000000008010190000000007000800000"
          + "0000000009010670726f01205365727669636550726f766973696f6e0a71756572790e67"
          + "656f6a736f6e0e6d616368696e6590030010434f4d504c45544514d00fb8170a65752d66"
          + "720180016161616161616161616161616161616161616161616161616161616161616161"
          + "616161616161616161616161616161616161616161616161616161616161616101800162"
          + "626262626262626262626262626262626262626262626262626262626262626262626262"
          + "626262626262626262626262626262626262626262626262626262541870736575646f6e"
          + "796d2dc3a900";

  private static final String REFUSED_IN_VERSION_1 =
      "0101a4eab0b00d80a8de75dcc40202720190000000007000800000000000000101900000"
          + "000070008000000000000002019000000000700080000000000000030190000000007000"
          + "8000000000000004000000000000000872656164086a736f6e0a68756d616ea606041a6e"
          + "6f742d7065726d697474656424707572706f73652d6e6f742d6167726565640e52454655"
          + "53454401f004b4010e756e6b6e6f776e0000000000";

  /** As the second version wrote them: the access in one piece, without the query's shape. */
  private static final String SERVED_IN_VERSION_2 =
      "0102a4eab0b00d80a8de75dcc4024830313930303030302d303030302d373030302d3830"
          + "30302d30303030303030303030666690030010434f4d504c45544514d00fb8170a65752d"
          + "6672541870736575646f6e796d2dc3a900ba050190000000007000800000000000000101"
          + "900000000070008000000000000002019000000000700080000000000000030190000000"
          + "0070008000000000000004014830313930303030302d303030302d373030302d38303030"
          + "2d3030303030303030303030350101900000000070008000000000000006010190000000"
          + "007000800000000000000701019000000000700080000000000000080101900000000070"
          + "008000000000000009010670726f01205365727669636550726f766973696f6e0a717565"
          + "72790e67656f6a736f6e0e6d616368696e65018001616161616161616161616161616161"
          + "616161616161616161616161616161616161616161616161616161616161616161616161"
          + "616161616161616161616161610180016262626262626262626262626262626262626262"
          + "626262626262626262626262626262626262626262626262626262626262626262626262"
          + "6262626262626262";

  private static final String REFUSED_IN_VERSION_2 =
      "0102a4eab0b00d80a8de75dcc4020272a606041a6e6f742d7065726d6974746564247075"
          + "72706f73652d6e6f742d6167726565640e5245465553454401f004b4010e756e6b6e6f77"
          + "6e000000b201019000000000700080000000000000010190000000007000800000000000"
          + "000201900000000070008000000000000003019000000000700080000000000000040000"
          + "00000000000872656164086a736f6e0a68756d616e0000";

  @Test
  void an_event_comes_back_whole() {
    UsageEvent event = Events.served("01900000-0000-7000-8000-0000000000ff");

    assertThat(new RecordDecoder(ALONE).decode(RecordCodec.encode(event)))
        .isEqualTo(new JournalRecord.Passed(event));
  }

  @Test
  void an_event_of_nobody_comes_back_whole() {
    UsageEvent event = Events.refused("r");

    assertThat(new RecordDecoder(ALONE).decode(RecordCodec.encode(event)))
        .isEqualTo(new JournalRecord.Passed(event));
  }

  @Test
  void a_shape_comes_back_whole() {
    var shape =
        new JournalRecord.Shape(Instant.EPOCH.minusNanos(1), "hash", "rev", -7, "{\"é\":1}");

    assertThat(new RecordDecoder(ALONE).decode(RecordCodec.encode(shape))).isEqualTo(shape);
  }

  @Test
  void the_use_of_a_key_comes_back_as_the_first_version_wrote_it() {
    var used =
        new JournalRecord.KeyUsed(
            KeyId.of("01900000-0000-7000-8000-0000000000ff"), LocalDate.of(2026, 11, 27));
    byte[] written = HexFormat.of().parseHex("0401019000000000700080000000000000ffe0c402");

    assertThat(new RecordDecoder(ALONE).decode(RecordCodec.encode(used))).isEqualTo(used);
    assertThat(RecordCodec.encode(used)).isEqualTo(written);
  }

  @Test
  void passages_of_one_access_share_it_when_they_are_read() {
    RecordDecoder decoder = new RecordDecoder(ALONE);
    var one = (JournalRecord.Passed) decoder.decode(RecordCodec.encode(Events.served("1")));
    var two = (JournalRecord.Passed) decoder.decode(RecordCodec.encode(Events.served("2")));

    assertThat(two.event().prepared()).isSameAs(one.event().prepared());
  }

  @Test
  void events_of_the_first_version_are_still_read() {
    RecordDecoder decoder = new RecordDecoder(ALONE);

    assertThat(decoder.decode(HexFormat.of().parseHex(SERVED_IN_VERSION_1)))
        .isEqualTo(new JournalRecord.Passed(Events.served("01900000-0000-7000-8000-0000000000ff")));
    assertThat(decoder.decode(HexFormat.of().parseHex(REFUSED_IN_VERSION_1)))
        .isEqualTo(new JournalRecord.Passed(Events.refused("r")));
  }

  @Test
  void events_of_the_second_version_are_still_read() {
    RecordDecoder decoder = new RecordDecoder(ALONE);

    assertThat(decoder.decode(HexFormat.of().parseHex(SERVED_IN_VERSION_2)))
        .isEqualTo(new JournalRecord.Passed(Events.served("01900000-0000-7000-8000-0000000000ff")));
    assertThat(decoder.decode(HexFormat.of().parseHex(REFUSED_IN_VERSION_2)))
        .isEqualTo(new JournalRecord.Passed(Events.refused("r")));
  }

  @Test
  void the_shape_of_a_query_comes_back() {
    UsageEvent event = Events.queried("q", "commune:eq&limit");

    assertThat(new RecordDecoder(ALONE).decode(RecordCodec.encode(event)))
        .isEqualTo(new JournalRecord.Passed(event));
  }

  @Test
  void an_event_that_leans_on_another_comes_back_whole() {
    byte[] whole = RecordCodec.encode(Events.served("first"));

    assertThat(new RecordDecoder(at -> at == 32 ? whole : null).decode(leaning("second", 32)))
        .isEqualTo(new JournalRecord.Passed(Events.served("second")));
  }

  @Test
  void an_event_that_leans_on_what_is_torn_is_told_apart() {
    assertThat(new RecordDecoder(ALONE).decode(leaning("second", 32)))
        .isEqualTo(new JournalRecord.Severed(32));
  }

  @Test
  void an_event_leans_on_no_other_that_leans_itself() {
    byte[] other = leaning("first", 64);

    assertThat(new RecordDecoder(at -> other).decode(leaning("second", 32)))
        .isEqualTo(new JournalRecord.Severed(32));
  }

  @Test
  void an_event_that_leans_takes_less_than_an_eighth_of_a_kilobyte() {
    assertThat(leaning("01900000-0000-7000-8000-0000000000ff", 1 << 20)).hasSizeLessThan(128);
  }

  private static byte[] leaning(String requestId, long accessAt) {
    RecordBuffer to = new RecordBuffer(64);
    RecordCodec.writeAllButAccess(Events.served(requestId), to);
    RecordCodec.writeLeaning(to, to.size(), accessAt);
    return to.copied();
  }

  @Test
  void a_record_of_a_later_version_is_known_to_be_foreign() {
    byte[] bytes = RecordCodec.encode(Events.served("r"));
    bytes[1] = 9;

    assertThat(new RecordDecoder(ALONE).decode(bytes))
        .isEqualTo(new JournalRecord.Unreadable(1, 9));
  }

  @Test
  void an_event_takes_less_than_half_a_kilobyte() {
    assertThat(RecordCodec.encode(Events.served("01900000-0000-7000-8000-0000000000ff")))
        .hasSizeLessThan(512);
  }
}
