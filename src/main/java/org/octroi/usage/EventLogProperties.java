package org.octroi.usage;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The event log: every event as a row of a Parquet file, for whoever wants to ask what no rollup
 * answers (docs/event-log.md).
 *
 * @param enabled whether it is written; where it is not, the journal does not wait for it
 * @param folder the folder that it is written to; one process has it to itself. Where the files go
 *     to a bucket, what is not finished and how far the log has come stays here
 * @param interval how often what was appended to the journal is brought over; the first time that
 *     long after the start, when DuckDB is loaded
 * @param memory the most that DuckDB may take for its data while it writes
 * @param mergeAt a day's small files are made one when there are so many
 */
@Validated
@ConfigurationProperties("octroi.usage.event-log")
record EventLogProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("data/event-log") @NotNull Path folder,
    @DefaultValue("5m") @NotNull Duration interval,
    @DefaultValue("128MB") @NotNull DataSize memory,
    @DefaultValue("16") @Min(2) int mergeAt,
    @DefaultValue S3 s3) {

  /**
   * The bucket that it is written to, of S3 or of a server that speaks its protocol.
   *
   * @param bucket the bucket, which must exist; empty for the folder
   * @param prefix what the names of the log's objects begin with, such as {@code octroi/event-log};
   *     empty for nothing
   * @param region the region of the bucket; needed with Amazon's own, else {@code us-east-1} where
   *     empty
   * @param endpoint where the server is, such as {@code https://s3.gra.io.cloud.ovh.net}; Amazon's
   *     own where absent
   * @param pathStyle whether the bucket is named in the path ({@code https://server/bucket}) and
   *     not in the host's name; by default where an endpoint is named
   * @param accessKey the access key; where it is empty the credentials are looked for as the AWS
   *     SDK does: {@code AWS_ACCESS_KEY_ID} in the environment, {@code ~/.aws}, the container's,
   *     the machine's
   * @param secretKey the secret key; best given in the environment, as
   *     OCTROI_USAGE_EVENTLOG_S3_SECRETKEY
   */
  record S3(
      @DefaultValue("") String bucket,
      @DefaultValue("") String prefix,
      @DefaultValue("") String region,
      @Nullable URI endpoint,
      @Nullable Boolean pathStyle,
      @DefaultValue("") String accessKey,
      @DefaultValue("") String secretKey) {

    private static final String NAME = "octroi.usage.event-log.s3.";
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX =
        Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.=-]*(/[A-Za-z0-9][A-Za-z0-9_.=-]*)*)?");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]*");

    S3 {
      prefix = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
      if (bucket.isEmpty()) {
        must(
            prefix.isEmpty() && region.isEmpty() && endpoint == null && accessKey.isEmpty(),
            "bucket is needed where others of octroi.usage.event-log.s3 are set");
      } else {
        must(
            BUCKET.matcher(bucket).matches(),
            "bucket is the name of a bucket: 3 to 63 of a-z, 0-9, hyphen and full stop");
        must(
            PREFIX.matcher(prefix).matches(),
            "prefix is words of letters, digits and _ . = - with / between them, each beginning"
                + " with a letter or digit");
        must(REGION.matcher(region).matches(), "region is the name of a region, as eu-west-3");
        must(
            endpoint != null || !region.isEmpty(),
            "region is needed where no endpoint is named, as eu-west-3");
        must(
            endpoint == null || isServer(endpoint),
            "endpoint is the address of a server, as https://s3.example.org, without a path");
        must(accessKey.isEmpty() || !secretKey.isEmpty(), "secret-key is needed with access-key");
        must(secretKey.isEmpty() || !accessKey.isEmpty(), "access-key is needed with secret-key");
      }
    }

    private static void must(boolean holds, String otherwise) {
      if (!holds) {
        throw new IllegalArgumentException(NAME + otherwise);
      }
    }

    private static boolean isServer(URI uri) {
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && List.of("", "/").contains(String.valueOf(uri.getPath()))
          && uri.getQuery() == null;
    }

    /** Not in the host's name, for which a server needs names of its own in the DNS. */
    boolean namesBucketInPath() {
      return pathStyle == null ? endpoint != null : pathStyle;
    }

    /** Where it is, for people. */
    String where() {
      return "bucket "
          + bucket
          + (prefix.isEmpty() ? "" : "/" + prefix)
          + " at "
          + (endpoint == null ? "Amazon S3 in " + region : endpoint);
    }

    /** Without the keys. */
    @Override
    public String toString() {
      return "S3[" + where() + "]";
    }
  }
}
