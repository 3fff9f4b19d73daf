package org.octroi.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.utils.Md5Utils;

/**
 * The files of the event log in a bucket, of Amazon S3 or of what speaks its protocol. Each is one
 * put, which S3 does whole or not at all; none is large enough to be put in parts, so that none can
 * be left behind. An MD5 goes with it. Asked of the server are only what all of them have: to list,
 * get, put and delete.
 */
final class EventLogBucket implements EventLogFiles {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(30);

  /** Of the largest there is: a megabyte a second. */
  private static final Duration CALL_TIMEOUT = Duration.ofMinutes(5);

  private final EventLogProperties.S3 place;
  private final String beginning;
  private final AwsCredentialsProvider credentials;
  private final S3Client client;

  /** Nothing is asked for yet. */
  EventLogBucket(EventLogProperties.S3 place) {
    this.place = place;
    this.credentials =
        place.accessKey().isEmpty()
            ? DefaultCredentialsProvider.builder().build()
            : StaticCredentialsProvider.create(
                AwsBasicCredentials.create(place.accessKey(), place.secretKey()));
    this.client = client();
    this.beginning = place.prefix().isEmpty() ? "" : place.prefix() + "/";
  }

  @Override
  public void look() throws IOException {
    try {
      credentials.resolveCredentials();
    } catch (SdkException e) {
      throw new IOException(
          "There are no credentials for the "
              + place.where()
              + ". Give the process octroi.usage.event-log.s3.access-key and .secret-key, in the"
              + " environment, or what the AWS SDK looks for, as AWS_ACCESS_KEY_ID.",
          e);
    }
    asked(s3 -> s3.listObjectsV2(list -> list.bucket(place.bucket()).prefix(beginning).maxKeys(1)));
  }

  @Override
  public List<Found> all() throws IOException {
    return below("territory=");
  }

  @Override
  public List<Found> of(Partition day) throws IOException {
    return below(day.path() + "/");
  }

  private List<Found> below(String path) throws IOException {
    List<Found> found = new ArrayList<>();
    List<S3Object> objects =
        asked(
            s3 ->
                s3
                    .listObjectsV2Paginator(
                        list -> list.bucket(place.bucket()).prefix(beginning + path))
                    .contents()
                    .stream()
                    .toList());
    for (S3Object object : objects) {
      LogFile.at(object.key().substring(beginning.length()))
          .ifPresent(file -> found.add(new Found(file, object.size())));
    }
    return found;
  }

  @Override
  public void publish(Path draft, LogFile file) throws IOException {
    String md5 = Md5Utils.md5AsBase64(draft.toFile());
    asked(
        s3 ->
            s3.putObject(
                put ->
                    put.bucket(place.bucket())
                        .key(key(file))
                        .contentMD5(md5)
                        .contentType("application/vnd.apache.parquet"),
                RequestBody.fromFile(draft)));
    Files.delete(draft);
  }

  @Override
  public Path readable(LogFile file, Path draft) throws IOException {
    asked(s3 -> s3.getObject(get -> get.bucket(place.bucket()).key(key(file)), draft));
    return draft;
  }

  @Override
  public void delete(LogFile file) throws IOException {
    asked(s3 -> s3.deleteObject(delete -> delete.bucket(place.bucket()).key(key(file))));
  }

  private String key(LogFile file) {
    return beginning + file.path();
  }

  private <T> T asked(Function<S3Client, T> question) throws IOException {
    try {
      return question.apply(client);
    } catch (S3Exception e) {
      throw new IOException(sentence(e), e);
    } catch (SdkException e) {
      throw new IOException("The " + place.where() + " can't be reached: " + e.getMessage(), e);
    }
  }

  private String sentence(S3Exception e) {
    String code =
        e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
    String said = " (" + e.statusCode() + " " + code + ")";
    return switch (code) {
      case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken" ->
          "The credentials for the "
              + place.where()
              + " are refused"
              + said
              + ". Put them right, with octroi.usage.event-log.s3.access-key and .secret-key.";
      case "AccessDenied" ->
          "The credentials for the "
              + place.where()
              + " do not allow what the event log needs: to list the bucket, and to get, put and"
              + " delete its objects"
              + said
              + ".";
      case "NoSuchBucket" ->
          "There is no "
              + place.where()
              + said
              + ". Make it, or name another with octroi.usage.event-log.s3.bucket.";
      case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint" ->
          "The "
              + place.where()
              + " is in another region"
              + said
              + ": "
              + e.awsErrorDetails().errorMessage()
              + ". Name it with octroi.usage.event-log.s3.region.";
      default -> "The " + place.where() + " answered: " + e.getMessage();
    };
  }

  private S3Client client() {
    S3ClientBuilder builder =
        S3Client.builder()
            .credentialsProvider(credentials)
            .region(Region.of(place.region().isEmpty() ? "us-east-1" : place.region()))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT))
            .overrideConfiguration(
                how -> how.apiCallAttemptTimeout(CALL_TIMEOUT).retryStrategy(RetryMode.STANDARD))
            // What not every server knows; the MD5 all know.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
            .forcePathStyle(place.namesBucketInPath());
    if (place.endpoint() != null) {
      builder.endpointOverride(place.endpoint());
    }
    return builder.build();
  }

  @Override
  public void close() {
    client.close();
  }
}
