package org.octroi.agreement;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.octroi.audit.AuditExcerpt;
import org.octroi.audit.AuditTrail;
import org.octroi.licence.LicenceTexts;
import org.octroi.licence.LicenceVersion;
import org.octroi.licence.Licences;
import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.territory.PageAsk;
import org.octroi.usage.AgreementUsage;
import org.octroi.vocabulary.AgreementId;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.Page;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that there is about an agreement, for a court or for the CADA, as one ZIP: its record and
 * signature, its paper in both languages, every text that was accepted, the request with its
 * decisions, messages and attachments, what was done to it by the record, and what was used. A list
 * of the files names the hash of each.
 */
@Component
class Dossier {

  private static final JsonMapper READABLE =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Agreements agreements;
  private final AccessRequests requests;
  private final RequestViews views;
  private final RequestMessages messages;
  private final Attachments attachments;
  private final AgreementRecord.Records records;
  private final AgreementPdf pdf;
  private final DocumentSignature signature;
  private final Licences licences;
  private final AgreementUsage usage;
  private final AuditExcerpt excerpt;
  private final AuditTrail trail;
  private final Clock clock;

  Dossier(
      Agreements agreements,
      AccessRequests requests,
      RequestViews views,
      RequestMessages messages,
      Attachments attachments,
      AgreementRecord.Records records,
      AgreementPdf pdf,
      DocumentSignature signature,
      Licences licences,
      AgreementUsage usage,
      AuditExcerpt excerpt,
      AuditTrail trail,
      Clock clock) {
    this.agreements = agreements;
    this.requests = requests;
    this.views = views;
    this.messages = messages;
    this.attachments = attachments;
    this.records = records;
    this.pdf = pdf;
    this.signature = signature;
    this.licences = licences;
    this.usage = usage;
    this.excerpt = excerpt;
    this.trail = trail;
    this.clock = clock;
  }

  /** The list of the files. */
  record Contents(
      String agreement, Instant madeAt, String madeBy, String status, Map<String, String> sha256) {}

  /**
   * The agreement, for who may have its dossier made; that it was made is on record.
   *
   * @refuses not-found when the caller can't see the agreement
   * @refuses forbidden when the caller is neither a reviewer of the holder nor an auditor
   */
  @Transactional
  Agreement open(AgreementId id, Caller by) {
    Agreement agreement = agreements.see(id, by);
    if (!by.mayReview(agreement.holder()) && !by.mayAudit(Optional.of(agreement.territory()))) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to make a dossier of it");
    }
    trail.record(
        by.actor(),
        "agreement.dossier",
        Optional.of(agreement.territory()),
        "agreement",
        id.toString(),
        Map.of());
    return agreement;
  }

  /** Writes the ZIP. */
  void write(Agreement agreement, Caller by, OutputStream to) throws IOException {
    AccessRequest request = requests.find(agreement.request());
    AgreementRecord record = records.of(agreement);
    Instant now = clock.instant();
    ZipOutputStream zip = new ZipOutputStream(to, StandardCharsets.UTF_8);
    Files files = new Files(zip, now);
    files.put("agreement.json", record.bytes());
    files.put(
        "agreement.jws",
        signature.sign(AgreementRecord.TYPE, record.bytes()).getBytes(StandardCharsets.US_ASCII));
    for (Locale language : List.of(Locale.FRENCH, Locale.ENGLISH)) {
      files.put("agreement-" + language.getLanguage() + ".pdf", pdf.of(agreement, language));
    }
    texts(agreement, files);
    files.put("request.json", READABLE.writeValueAsBytes(views.one(request, Locale.FRENCH)));
    files.put("messages.json", READABLE.writeValueAsBytes(messages(request)));
    for (Attachments.Attachment attachment : attachments.of(request)) {
      files.put(
          "attachments/" + attachment.id() + "-" + attachment.name(),
          attachments.bytes(attachment));
    }
    files.put("usage.csv", usage(agreement));
    files.put(
        "audit.jsonl",
        excerpt.about(
            agreement.territory(),
            Set.of(
                agreement.id().toString(), request.id().toString(), agreement.offer().toString())));
    files.put(
        "contents.json",
        READABLE.writeValueAsBytes(
            new Contents(
                agreement.number().value(),
                now,
                by.person().toString(),
                agreement.statusAt(now).word(),
                files.sha256())));
    zip.finish();
  }

  /** Every text that was accepted, in each language that it has. */
  private void texts(Agreement agreement, Files files) throws IOException {
    LicenceVersion current = licences.version(agreement.licence()).orElseThrow();
    Set<String> accepted = new TreeSet<>();
    agreements.acceptances(agreement).forEach(one -> accepted.add(one.textSha256()));
    for (LicenceVersion version : licences.versions(current.licence().id())) {
      if (!accepted.contains(version.textSha256())) {
        continue;
      }
      LicenceTexts texts = licences.texts(version.id()).orElseThrow();
      for (String language : List.of("fr", "en")) {
        Optional<String> text = texts.in(language);
        if (text.isPresent()) {
          files.put(
              "licence-" + version.number() + "-" + language + ".md",
              text.get().getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private List<RequestMessageApi.MessageView> messages(AccessRequest request) {
    List<RequestMessageApi.MessageView> all = new ArrayList<>();
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      Page<RequestMessages.Message> page =
          messages.list(request, new PageAsk(PageAsk.MOST, after.get()));
      page.items().forEach(message -> all.add(RequestMessageApi.MessageView.of(message)));
      after = page.next();
    }
    return all;
  }

  private byte[] usage(Agreement agreement) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer text = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
        CSVPrinter csv = new CSVPrinter(text, CSVFormat.RFC4180)) {
      csv.printRecord("month", "served", "refused", "rows", "bytes");
      for (AgreementUsage.Month month : usage.byMonth(agreement.territory(), agreement.id())) {
        csv.printRecord(
            month.month(), month.served(), month.refused(), month.rows(), month.bytes());
      }
    }
    return bytes.toByteArray();
  }

  /** The files of a ZIP, with the hash of each. */
  private static final class Files {

    private final ZipOutputStream zip;
    private final FileTime at;
    private final Map<String, String> hashes = new LinkedHashMap<>();

    Files(ZipOutputStream zip, Instant at) {
      this.zip = zip;
      this.at = FileTime.from(at);
    }

    void put(String name, byte[] bytes) throws IOException {
      ZipEntry entry = new ZipEntry(name);
      entry.setLastModifiedTime(at);
      zip.putNextEntry(entry);
      zip.write(bytes);
      zip.closeEntry();
      hashes.put(name, Sha256.hex(bytes));
    }

    Map<String, String> sha256() {
      return Map.copyOf(hashes);
    }
  }
}
