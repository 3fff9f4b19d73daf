package org.octroi.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.octroi.vocabulary.Channel;

class ChannelsTest {

  private static final Channels CHANNELS = new Channels();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "curl/8.5.0 | MACHINE",
        "python-requests/2.32.3 | MACHINE",
        "Java/25.0.1 | MACHINE",
        "Java-http-client/25 | MACHINE",
        "QGIS/33400 | MACHINE",
        "MyCityApp/1.2 (contact@example.org) | MACHINE",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 | HUMAN",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | ROBOT",
        "python-requests/2.31 MySpider | ROBOT",
        "'' | ROBOT",
        "ia_archiver | ROBOT"
      })
  void a_script_is_a_machine_a_crawler_a_robot_and_a_browser_somebody(
      String userAgent, Channel expected) {
    assertThat(CHANNELS.of(userAgent)).isEqualTo(expected);
  }
}
