package org.octroi.store;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.octroi.obligation.Obligations.Operator;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.store.StoreTarget.Parameter;
import org.octroi.vocabulary.Format;

/** What a caller asks of a distribution, read before anything is decided: never its values. */
public sealed interface Asked {

  /** No column, no operator. */
  SortedSet<String> NONE = Collections.unmodifiableSortedSet(new TreeSet<>());

  /**
   * The question makes sense here.
   *
   * @param format the format asked for, or the distribution's default
   * @param columns the columns named to be shown, compared with or ordered by; empty where none is
   * @param operators the operators used, as {@code column:operator}, such as {@code commune:eq}; an
   *     order by a column is {@code commune:order}
   * @param others the parameters used that have to do with no column, such as {@code limit}
   */
  record Understood(
      Format format,
      SortedSet<String> columns,
      SortedSet<String> operators,
      SortedSet<String> others)
      implements Asked {

    private static final int LONGEST_SHAPE = 500;

    /**
     * The query without its values, in one line: the operators, the columns that are only shown,
     * and the other parameters, sorted, such as {@code commune:eq&limit&name:show}. What would make
     * it longer than {@value #LONGEST_SHAPE} characters is folded into a question mark. Empty where
     * nothing was asked.
     */
    public Optional<String> queryShape() {
      if (columns.isEmpty() && operators.isEmpty() && others.isEmpty()) {
        return Optional.empty();
      }
      SortedSet<String> parts = new TreeSet<>(operators);
      parts.addAll(others);
      for (String column : columns) {
        if (operators.tailSet(column + ':').stream().noneMatch(o -> o.startsWith(column + ':'))) {
          parts.add(column + ":show");
        }
      }
      StringBuilder shape = new StringBuilder();
      for (String part : parts) {
        if (shape.length() + part.length() > LONGEST_SHAPE - 2) {
          return Optional.of(shape.append(UNKNOWN).toString());
        }
        shape.append(part).append('&');
      }
      return Optional.of(shape.substring(0, shape.length() - 1));
    }
  }

  /** Stands for a query, or a part of one, whose names are not kept. */
  String UNKNOWN = "?";

  /** It does not, and why. */
  record NotUnderstood(Refusal refusal) implements Asked {}

  /**
   * Reads a question.
   *
   * @param target the distribution
   * @param query the caller's query, decoded
   * @param acceptHeader the caller's {@code Accept}, several lines joined by commas
   */
  static Asked of(
      StoreTarget target, Map<String, List<String>> query, Optional<String> acceptHeader) {
    try {
      return switch (target.address()) {
        case StoreAddress.Http http -> http(target, query, acceptHeader);
        case StoreAddress.Sql sql -> sql(target, query, acceptHeader);
        case StoreAddress.Folder folder -> folder(target, query, acceptHeader);
      };
    } catch (RefusedException e) {
      return new NotUnderstood(e.refusal());
    }
  }

  private static Asked http(
      StoreTarget target, Map<String, List<String>> query, Optional<String> accept) {
    if (query.isEmpty()) {
      return new Understood(AcceptHeader.choose(accept, target.formats()), NONE, NONE, NONE);
    }
    Map<String, Parameter> declared =
        target.parameters().stream()
            .collect(Collectors.toMap(Parameter::name, p -> p, (first, second) -> first));
    SortedSet<String> columns = new TreeSet<>();
    SortedSet<String> operators = new TreeSet<>();
    SortedSet<String> others = new TreeSet<>();
    for (String name : query.keySet()) {
      Parameter parameter = declared.get(name);
      if (parameter == null) {
        throw new RefusedException(
            Refusal.field(name, known("is no parameter of this distribution", declared.keySet())));
      }
      parameter
          .column()
          .ifPresentOrElse(
              column -> {
                columns.add(column);
                operators.add(operator(column, parameter.operator()));
              },
              () -> others.add(name));
    }
    return new Understood(
        AcceptHeader.choose(accept, target.formats()), columns, operators, others);
  }

  private static Asked sql(
      StoreTarget target, Map<String, List<String>> query, Optional<String> accept) {
    SqlQuestion question = SqlQuestion.of(target, query);
    SortedSet<String> operators = new TreeSet<>();
    question.conditions().forEach(c -> operators.add(operator(c.column(), c.operator())));
    // An order tells of values as a comparison does.
    question.order().forEach(by -> operators.add(by.column().name() + ":order"));
    Format format =
        question.format().orElseGet(() -> AcceptHeader.choose(accept, target.formats()));
    SortedSet<String> others = new TreeSet<>(query.keySet());
    others.retainAll(SqlQuestion.OF_NO_COLUMN);
    return new Understood(format, question.named(), operators, others);
  }

  private static Asked folder(
      StoreTarget target, Map<String, List<String>> query, Optional<String> accept) {
    for (String name : query.keySet()) {
      throw new RefusedException(Refusal.field(name, "a file takes no parameters"));
    }
    return new Understood(AcceptHeader.choose(accept, target.formats()), NONE, NONE, NONE);
  }

  private static String operator(String column, Operator operator) {
    return column + ':' + operator.name().toLowerCase(Locale.ROOT);
  }

  private static String known(String what, java.util.Set<String> names) {
    return names.isEmpty() ? what : what + "; there are " + String.join(", ", new TreeSet<>(names));
  }

  /** Content negotiation over the formats of a distribution (RFC 9110 §12.5.1). */
  final class AcceptHeader {

    private static final int MAX_LENGTH = 2_000;

    private AcceptHeader() {}

    /**
     * The format that is accepted best, of equals the first.
     *
     * @throws RefusedException when none is
     */
    static Format choose(Optional<String> header, List<Format> formats) {
      if (header.isEmpty() || header.get().isBlank()) {
        return formats.getFirst();
      }
      if (header.get().length() > MAX_LENGTH) {
        throw RefusedException.of(ProblemType.HEADER_FIELDS_TOO_LARGE);
      }
      String[] ranges = header.get().toLowerCase(Locale.ROOT).split(",", -1);
      Format best = null;
      double bestQuality = 0;
      for (Format format : formats) {
        double quality = quality(format, ranges);
        if (quality > bestQuality) {
          best = format;
          bestQuality = quality;
        }
      }
      if (best == null) {
        throw new RefusedException(
            Refusal.of(
                    ProblemType.NOT_ACCEPTABLE,
                    formats.stream().map(Format::mediaType).collect(Collectors.joining(", ")))
                .with("formats", formats.stream().map(Format::word).toList()));
      }
      return best;
    }

    /** The quality of the most specific range that fits. */
    private static double quality(Format format, String[] ranges) {
      double quality = 0;
      int specific = -1;
      for (String range : ranges) {
        String[] parts = range.split(";", -1);
        int fits = fits(format, parts[0].strip());
        if (fits > specific) {
          specific = fits;
          quality = 1;
          for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
              quality = number(parameter.substring(2));
            }
          }
        }
      }
      return quality;
    }

    /** How closely a range names a format, -1 where it does not. */
    private static int fits(Format format, String range) {
      String type = format.mediaType();
      if (range.equals(type)) {
        return 3;
      }
      if (range.equals("application/json") && format == Format.GEOJSON) {
        // GeoJSON is JSON (RFC 7946 §12), and most clients know no better name for it.
        return 2;
      }
      if (range.equals(type.substring(0, type.indexOf('/')) + "/*")) {
        return 1;
      }
      return range.equals("*/*") ? 0 : -1;
    }

    private static double number(String quality) {
      return quality.matches("[01](\\.[0-9]{0,3})?") ? Math.min(1, Double.parseDouble(quality)) : 0;
    }
  }
}
