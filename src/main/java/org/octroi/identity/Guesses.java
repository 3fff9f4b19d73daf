package org.octroi.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import me.gosimple.nbvcxz.Nbvcxz;
import me.gosimple.nbvcxz.resources.Configuration;
import me.gosimple.nbvcxz.resources.ConfigurationBuilder;
import me.gosimple.nbvcxz.resources.Dictionary;
import me.gosimple.nbvcxz.resources.DictionaryBuilder;

/**
 * How soon a guesser would come to a password: by the passwords that were leaked most, words and
 * names, years, dates, rows of keys, with letters in capitals or as digits. All of it offline: no
 * password, and no part of a hash of one, is sent anywhere. Safe for use by many threads.
 *
 * @see <a
 *     href="https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler">
 *     D. Wheeler, zxcvbn: Low-Budget Password Strength Estimation, USENIX Security 2016</a>, which
 *     the library follows
 */
final class Guesses {

  /**
   * 2^28, or 270 million: far more than the brake lets through in a lifetime, and years of work
   * against a stolen Argon2id hash for a single guesser.
   */
  private static final double ENOUGH_BITS = 28;

  /** What follows only makes it harder, and longer to judge. */
  private static final int JUDGED_CHARACTERS = 40;

  private static final long MILLIS_TO_JUDGE = 150;
  private static final String FRENCH = "/identity/french-words.txt";

  private final List<Dictionary> known = new ArrayList<>();

  Guesses() {
    known.addAll(ConfigurationBuilder.getDefaultDictionaries());
    DictionaryBuilder french =
        new DictionaryBuilder().setDictionaryName("french").setExclusion(false);
    int rank = 1;
    for (String word : frenchWords()) {
      french.addWord(word, rank++);
    }
    known.add(french.createDictionary());
  }

  /**
   * Whether a guesser would find it soon.
   *
   * @param personal what whoever knows its owner tries first
   */
  boolean wouldFind(String password, List<String> personal) {
    DictionaryBuilder own = new DictionaryBuilder().setDictionaryName("own").setExclusion(true);
    own.addWord("octroi", 0);
    for (String text : personal) {
      for (String word : text.toLowerCase(Locale.ROOT).split("[\\s@.+_-]+")) {
        if (word.length() > 2) {
          own.addWord(word, 0);
        }
      }
    }
    List<Dictionary> dictionaries = new ArrayList<>(known);
    dictionaries.add(own.createDictionary());
    Configuration configuration =
        new ConfigurationBuilder()
            .setDictionaries(dictionaries)
            .setMinimumEntropy(ENOUGH_BITS)
            .setCombinationAlgorithmTimeout(MILLIS_TO_JUDGE)
            .setLocale(Locale.ENGLISH)
            .createConfiguration();
    String judged = password.substring(0, Math.min(password.length(), JUDGED_CHARACTERS));
    return !new Nbvcxz(configuration).estimate(judged).isMinimumEntropyMet();
  }

  private static List<String> frenchWords() {
    try (InputStream list = Guesses.class.getResourceAsStream(FRENCH)) {
      return new String(Objects.requireNonNull(list, FRENCH).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The list of French words can't be read", e);
    }
  }
}
