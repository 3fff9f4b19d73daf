package org.octroi.statistics;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.octroi.usage.Sketches;
import org.octroi.vocabulary.SpreadsheetText;
import org.springframework.http.MediaType;

/** Writes answers as CSV (RFC 4180), for spreadsheets; a figure that there is not is empty. */
final class UsageCsv {

  static final MediaType TYPE = MediaType.parseMediaType("text/csv;charset=UTF-8");

  private static final List<String> COUNTER =
      List.of("totalInvestigations", "uniqueInvestigations", "totalRequests", "uniqueRequests");

  private UsageCsv() {}

  static String of(UsageAnswer answer) {
    List<@Nullable Object> head =
        row(
            "time",
            "value",
            "name",
            "requests",
            "rows",
            "bytes",
            "meanLatencyMicros",
            "maxLatencyMicros");
    head.addAll(COUNTER);
    head.addAll(
        List.of(
            "uniqueReusers",
            "uniqueCallers",
            "latencyP50Micros",
            "latencyP95Micros",
            "latencyP99Micros",
            "bytesP50",
            "bytesP95",
            "bytesP99",
            "requestsBefore",
            "rowsBefore",
            "bytesBefore",
            "requestsChange",
            "requestsChangePercent"));
    List<List<@Nullable Object>> lines = new ArrayList<>();
    lines.add(head);
    answer.items().forEach(item -> lines.add(line(item)));
    return text(lines);
  }

  private static List<@Nullable Object> line(UsageItem item) {
    List<@Nullable Object> line =
        row(
            item.time(),
            item.value(),
            SpreadsheetText.harmless(item.name()),
            item.requests(),
            item.rows(),
            item.bytes(),
            item.meanLatencyMicros(),
            item.maxLatencyMicros());
    line.addAll(counter(item.counter()));
    UsageItem.Uniques uniques = item.uniques();
    line.addAll(uniques == null ? row(null, null) : row(uniques.reusers(), uniques.callers()));
    line.addAll(quantiles(item.latencyMicros()));
    line.addAll(quantiles(item.answerBytes()));
    UsageItem.Before before = item.before();
    line.addAll(
        before == null
            ? row(null, null, null)
            : row(before.requests(), before.rows(), before.bytes()));
    UsageItem.Change change = item.change();
    line.addAll(change == null ? row(null, null) : row(change.requests(), change.percent()));
    return line;
  }

  static String of(UnmetDemand unmet) {
    List<List<@Nullable Object>> lines = new ArrayList<>();
    lines.add(
        row(
            "kind",
            "reason",
            "offers",
            "holder",
            "holderName",
            "dataset",
            "datasetName",
            "count",
            "oldest"));
    for (UnmetDemand.Refusals refusals : unmet.refusals()) {
      lines.add(
          row(
              "refusals",
              refusals.reason(),
              refusals.offers().stream().map(UnmetDemand.Offered::offer).collect(joining(" ")),
              null,
              null,
              refusals.dataset(),
              SpreadsheetText.harmless(refusals.datasetName()),
              refusals.requests(),
              null));
    }
    for (UnmetDemand.Demands demands : unmet.demands()) {
      lines.add(
          row(
              "demands",
              null,
              null,
              demands.holder(),
              SpreadsheetText.harmless(demands.holderName()),
              demands.dataset(),
              SpreadsheetText.harmless(demands.datasetName()),
              demands.demands(),
              demands.oldest()));
    }
    return text(lines);
  }

  static String of(PublicUsage usage) {
    List<@Nullable Object> head =
        row("time", "suppressed", "daysLeftOut", "requests", "rows", "bytes");
    head.addAll(COUNTER);
    List<List<@Nullable Object>> lines = new ArrayList<>();
    lines.add(head);
    for (PublicUsage.Cell cell : usage.items()) {
      List<@Nullable Object> line =
          row(
              cell.time(),
              cell.suppressed(),
              cell.daysLeftOut(),
              cell.requests(),
              cell.rows(),
              cell.bytes());
      line.addAll(counter(cell.counter()));
      lines.add(line);
    }
    return text(lines);
  }

  private static List<@Nullable Object> counter(@Nullable CounterFigures counter) {
    return counter == null
        ? row(null, null, null, null)
        : row(
            counter.totalInvestigations(),
            counter.uniqueInvestigations(),
            counter.totalRequests(),
            counter.uniqueRequests());
  }

  private static List<@Nullable Object> quantiles(Sketches.@Nullable Quantiles quantiles) {
    return quantiles == null
        ? row(null, null, null)
        : row(quantiles.p50(), quantiles.p95(), quantiles.p99());
  }

  private static List<@Nullable Object> row(@Nullable Object... values) {
    List<@Nullable Object> row = new ArrayList<>();
    for (Object value : values) {
      row.add(value);
    }
    return row;
  }

  private static String text(List<List<@Nullable Object>> lines) {
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
      for (List<@Nullable Object> line : lines) {
        csv.printRecord(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
