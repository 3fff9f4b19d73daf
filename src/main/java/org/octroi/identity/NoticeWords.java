package org.octroi.identity;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.Locale;
import org.octroi.vocabulary.Bilingual;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The words of notices, in both languages, from the messages files. */
@Component
public class NoticeWords {

  /** What a notice's title may be long, with room for the words around a name. */
  private static final int LONGEST_NAME = 120;

  private final MessageSource messages;

  NoticeWords(MessageSource messages) {
    this.messages = messages;
  }

  /**
   * A sentence.
   *
   * @param about its arguments; a {@link Bilingual} is taken in the sentence's own language
   */
  public Bilingual say(String key, Object... about) {
    return new Bilingual(say(Locale.FRENCH, key, about), say(Locale.ENGLISH, key, about));
  }

  private String say(Locale language, String key, Object... about) {
    return messages.getMessage(
        key,
        Arrays.stream(about)
            .map(one -> one instanceof Bilingual b ? b.in(language) : one)
            .toArray(),
        language);
  }

  /** A moment as it is read in a territory. */
  public static Bilingual time(Instant time, ZoneId zone) {
    return new Bilingual(time(time, zone, Locale.FRENCH), time(time, zone, Locale.ENGLISH));
  }

  private static String time(Instant time, ZoneId zone, Locale language) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
            .withLocale(language)
            .withZone(zone)
            .format(time)
        + " ("
        + zone.getId()
        + ")";
  }

  /** A name short enough for a title. */
  public static Bilingual brief(Bilingual name) {
    return new Bilingual(brief(name.fr()), brief(name.en()));
  }

  /** The same, in one language. */
  public static String brief(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
