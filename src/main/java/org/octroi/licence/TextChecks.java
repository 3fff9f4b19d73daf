package org.octroi.licence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Bilingual;
import org.octroi.vocabulary.Purposes;

/**
 * Whether the text of a licence and its terms disagree, where that can be told by the words: the
 * rules of {@code licence/text-checks.yml}, the words of {@code licence/text-words.yml}. It reads
 * no meaning: a text that says a thing in other words passes for silent, which is why silence warns
 * and does not block where it can. Immutable and safe for use by many threads.
 */
final class TextChecks {

  private static final int MOST_QUOTES = 5;

  private static final Pattern HEADING =
      Pattern.compile("^ {0,3}#{1,6}(?:[ \\t]|$)", Pattern.MULTILINE);

  private static final Pattern HEADING_LINE =
      Pattern.compile("^ {0,3}#[^\\n]*\\n", Pattern.MULTILINE);

  /** Where a sentence ends though there is no full stop: at a paragraph's end and a list's item. */
  private static final Pattern UNSAID_END =
      Pattern.compile("\\n[ \\t]*(?=\\n)|^[ \\t]*(?:[-*+]|\\d{1,3}[.)])(?=\\s)", Pattern.MULTILINE);

  private static final TextChecks BUILT_IN =
      new TextChecks(
          LicenceFiles.entries("text-checks.yml", Rule.class, Rule::rule),
          LicenceFiles.entries("text-words.yml", Words.class, Words::topic));

  private final Map<String, Rule> rules;
  private final Map<String, Topic> topics;

  private TextChecks(Map<String, Rule> rules, Map<String, Words> words) {
    this.rules = rules;
    this.topics = new LinkedHashMap<>();
    words.forEach((name, topic) -> topics.put(name, Topic.of(topic)));
  }

  /** Those that come with Octroi. */
  static TextChecks builtIn() {
    return BUILT_IN;
  }

  /** What a rule looks for. */
  enum Looks {
    MENTIONED,
    SILENT,
    MISSING,
    STRUCTURE,
    PURPOSES
  }

  /**
   * A rule.
   *
   * @param rule its id
   * @param blocks whether what it finds can't be published
   * @param topic what the text speaks of, where it looks for that
   * @param kind of the term that says the same
   * @param action of that term; none where any of the kind will do
   */
  record Rule(
      String rule,
      boolean blocks,
      Looks looks,
      @Nullable String topic,
      LicenceAnswer.@Nullable Kind kind,
      @Nullable String action,
      Bilingual says) {}

  /**
   * The words of a topic as the file has them.
   *
   * @param words that speak of it
   * @param except words that say the opposite, taken out first
   * @param still words that say the opposite of that
   */
  record Words(
      String topic, Expressions words, @Nullable Expressions except, @Nullable Expressions still) {

    /** Regular expressions for each language. */
    record Expressions(List<String> fr, List<String> en) {

      private List<Pattern> in(String language) {
        return (language.equals("fr") ? fr : en).stream().map(Expressions::compiled).toList();
      }

      private static Pattern compiled(String expression) {
        return Pattern.compile(
            // Regular expressions know no bound for white space behind them.
            expression.replace(" ", " {1,9}"),
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
      }
    }
  }

  /** The words of a topic, by language. */
  private record Topic(
      Map<String, List<Pattern>> words,
      Map<String, List<Pattern>> except,
      Map<String, List<Pattern>> still) {

    static Topic of(Words from) {
      return new Topic(byLanguage(from.words), byLanguage(from.except), byLanguage(from.still));
    }

    private static Map<String, List<Pattern>> byLanguage(Words.@Nullable Expressions some) {
      return some == null
          ? Map.of("fr", List.of(), "en", List.of())
          : Map.of("fr", some.in("fr"), "en", some.in("en"));
    }
  }

  /**
   * That the text and the terms disagree.
   *
   * @param rule the rule that says so, to be acknowledged where it does not block
   * @param blocks whether the draft can't be published like this
   * @param pointers the texts that it is about, as they stand in the draft
   * @param says what disagrees
   * @param quotes the words found, some of them
   */
  record Finding(
      String rule, boolean blocks, List<String> pointers, Bilingual says, List<Quote> quotes) {}

  /**
   * Words of a text.
   *
   * @param language of the text
   * @param line where they begin, from 1
   */
  record Quote(String language, int line, String words) {}

  /** All that is found, what blocks first. */
  List<Finding> findings(WorkingDraft.Content draft) {
    Map<String, Text> texts = new LinkedHashMap<>();
    written(draft.fr()).ifPresent(text -> texts.put("fr", new Text("fr", text)));
    written(draft.en()).ifPresent(text -> texts.put("en", new Text("en", text)));
    return rules.values().stream()
        .flatMap(rule -> found(rule, draft.terms(), texts).stream())
        .sorted(Comparator.comparing(finding -> !finding.blocks()))
        .toList();
  }

  private static Optional<String> written(Optional<String> text) {
    return text.filter(some -> !some.isBlank());
  }

  private Optional<Finding> found(Rule rule, Terms terms, Map<String, Text> texts) {
    return switch (rule.looks) {
      case MENTIONED -> {
        List<Quote> quotes =
            has(terms, rule)
                ? List.of()
                : texts.values().stream().flatMap(text -> text.quotes(topic(rule))).toList();
        yield finding(rule, quotes.stream().map(Quote::language).distinct(), quotes);
      }
      case SILENT ->
          finding(
              rule,
              texts.values().stream()
                  .filter(text -> has(terms, rule))
                  .filter(text -> text.quotes(topic(rule)).findAny().isEmpty())
                  .map(Text::language),
              List.of());
      case MISSING ->
          finding(rule, Stream.of("fr", "en").filter(one -> !texts.containsKey(one)), List.of());
      case STRUCTURE ->
          finding(
              rule,
              texts.values().stream().map(Text::headings).distinct().count() > 1
                  ? texts.keySet().stream()
                  : Stream.empty(),
              List.of());
      case PURPOSES ->
          finding(
              rule,
              texts.values().stream()
                  .filter(text -> !text.names(purposes(terms)))
                  .map(Text::language),
              List.of());
    };
  }

  private static Optional<Finding> finding(
      Rule rule, Stream<String> languages, List<Quote> quotes) {
    List<String> pointers = languages.map(language -> "/text/" + language).toList();
    return pointers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                rule.rule,
                rule.blocks,
                pointers,
                rule.says,
                quotes.stream().limit(MOST_QUOTES).toList()));
  }

  private Topic topic(Rule rule) {
    @Nullable Topic topic = rule.topic == null ? null : topics.get(rule.topic);
    if (topic == null) {
      throw new IllegalStateException(rule.rule + " looks for a topic that has no words");
    }
    return topic;
  }

  /** What is permitted under circumstances only is elsewhere as good as prohibited. */
  private static boolean has(Terms terms, Rule rule) {
    Set<String> actions =
        switch (rule.kind) {
          case PERMISSION -> terms.permissions();
          case PROHIBITION -> terms.prohibitions();
          case DUTY -> terms.duties();
          case null -> throw new IllegalStateException(rule.rule + " looks for no kind of term");
          case SILENCE -> throw new IllegalStateException(rule.rule + " looks for no term");
        };
    if (rule.action == null) {
      return !actions.isEmpty();
    }
    return actions.contains(rule.action)
        || (rule.kind == LicenceAnswer.Kind.PROHIBITION
            && rule.looks == Looks.MENTIONED
            && terms.permissions().contains(rule.action)
            && !terms.constraintsOn(rule.action).isEmpty());
  }

  private static List<Purposes.Term> purposes(Terms terms) {
    List<Purposes.Term> purposes = new ArrayList<>();
    for (TermConstraint constraint : terms.constraints()) {
      if (constraint instanceof TermConstraint.ForPurposes some) {
        purposes.addAll(some.terms());
      }
    }
    return purposes;
  }

  /** A text in one language. */
  private static final class Text {

    private final String language;
    private final String written;

    /** The same, each character in its place, in the form that the expressions are for. */
    private final String plain;

    Text(String language, String written) {
      this.language = language;
      this.written = written;
      String headed =
          HEADING_LINE
              .matcher(written)
              .replaceAll(
                  found ->
                      Matcher.quoteReplacement(
                          "." + found.group().substring(1, found.group().length() - 1) + "."));
      this.plain =
          UNSAID_END
              .matcher(headed)
              .replaceAll(found -> "." + " ".repeat(found.group().length() - 1))
              .replace('’', '\'')
              .replaceAll("[\\s\\u00a0\\u202f*_`>]", " ");
    }

    String language() {
      return language;
    }

    long headings() {
      return HEADING.matcher(written).results().count();
    }

    /** Whether each is named, by its term or by its label. */
    boolean names(List<Purposes.Term> purposes) {
      String lower = plain.toLowerCase(Locale.ROOT);
      return purposes.stream()
          .allMatch(
              purpose ->
                  Stream.of(purpose.purpose().term(), purpose.label())
                      .anyMatch(name -> lower.contains(name.toLowerCase(Locale.ROOT))));
    }

    /** The words of a topic, where they stand and do not say the opposite. */
    Stream<Quote> quotes(Topic topic) {
      StringBuilder left = new StringBuilder(plain);
      for (Pattern except : topic.except.getOrDefault(language, List.of())) {
        Matcher spared = except.matcher(left.toString());
        while (spared.find()) {
          for (int i = spared.start(); i < spared.end(); i++) {
            left.setCharAt(i, ' ');
          }
        }
      }
      return Stream.concat(found(topic.still, plain), found(topic.words, left))
          .sorted(Comparator.comparingInt(MatchResult::start))
          .map(
              found ->
                  new Quote(
                      language,
                      line(found.start()),
                      written.substring(found.start(), found.end())));
    }

    private Stream<MatchResult> found(Map<String, List<Pattern>> words, CharSequence in) {
      return words.getOrDefault(language, List.of()).stream()
          .flatMap(one -> one.matcher(in).results());
    }

    private int line(int at) {
      return 1 + (int) written.chars().limit(at).filter(c -> c == '\n').count();
    }
  }
}
