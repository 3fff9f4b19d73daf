package org.octroi.vocabulary;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * The purposes of the W3C Data Privacy Vocabulary 2.3 and which of them are narrower than which.
 *
 * <p>Agreeing to a purpose agrees to all that DPV places beneath it: {@link #closure} writes that
 * out when an agreement is minted, so that the gate only looks for membership. Immutable.
 */
public final class Purposes {

  private static final String RESOURCE = "/vocabulary/dpv-purposes.csv";
  private static final Purposes DPV = read();

  private final Map<Purpose, Term> terms;
  private final Map<Purpose, Set<Purpose>> narrower;

  private Purposes(Map<Purpose, Term> terms, Map<Purpose, Set<Purpose>> narrower) {
    this.terms = terms;
    this.narrower = narrower;
  }

  /**
   * A purpose with what DPV says of it, in English.
   *
   * @param purpose the term
   * @param label its label
   * @param definition one sentence
   */
  public record Term(Purpose purpose, String label, String definition) {}

  /** The vocabulary as it comes with this version of Octroi. */
  public static Purposes dpv() {
    return DPV;
  }

  /** What is known of a purpose, or nothing when DPV has no such term. */
  public Optional<Term> find(Purpose purpose) {
    return Optional.ofNullable(terms.get(purpose));
  }

  /** Every term, in the order of the vocabulary's file. */
  public Iterable<Term> all() {
    return terms.values();
  }

  /** The purposes given and every narrower one, sorted. */
  public SortedSet<Purpose> closure(Iterable<Purpose> purposes) {
    SortedSet<Purpose> closed = new TreeSet<>();
    Deque<Purpose> open = new ArrayDeque<>();
    purposes.forEach(open::add);
    while (!open.isEmpty()) {
      Purpose next = open.remove();
      if (closed.add(next)) {
        open.addAll(narrower.getOrDefault(next, Set.of()));
      }
    }
    return closed;
  }

  private static Purposes read() {
    Map<Purpose, Term> terms = new LinkedHashMap<>();
    Map<Purpose, Set<Purpose>> narrower = new LinkedHashMap<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader file =
        new InputStreamReader(
            Objects.requireNonNull(Purposes.class.getResourceAsStream(RESOURCE), RESOURCE),
            StandardCharsets.UTF_8)) {
      for (CSVRecord line : format.parse(file)) {
        if (!"class".equals(line.get("type"))) {
          continue;
        }
        Purpose purpose = new Purpose(line.get("term"));
        terms.put(purpose, new Term(purpose, line.get("label"), line.get("definition")));
        for (String parent : line.get("hasbroader").split("[;,\\s]+")) {
          int hash = parent.indexOf('#');
          if (hash >= 0) {
            narrower
                .computeIfAbsent(
                    new Purpose(parent.substring(hash + 1)), p -> new LinkedHashSet<>())
                .add(purpose);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The list of purposes " + RESOURCE + " can't be read", e);
    }
    return new Purposes(terms, narrower);
  }
}
