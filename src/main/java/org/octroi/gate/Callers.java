package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import org.octroi.usage.Channels;
import org.octroi.usage.Pseudonyms;

/** Notes where a request comes from: by the pseudonym of the day, never by the address. */
final class Callers {

  private final CallerAddress addresses;
  private final Pseudonyms pseudonyms;
  private final Channels channels;

  Callers(CallerAddress addresses, Pseudonyms pseudonyms, Channels channels) {
    this.addresses = addresses;
    this.pseudonyms = pseudonyms;
    this.channels = channels;
  }

  Passage.Caller of(Passage passage) {
    HttpHeaders headers = passage.request().headers();
    return new Passage.Caller(
        pseudonyms.of(
            addresses.of(passage.exchange().peer(), headers.getAll("x-forwarded-for")),
            passage.localDay()),
        channels.of(headers.get(HttpHeaderNames.USER_AGENT, "")));
  }
}
