package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.time.LocalDate;
import org.octroi.gate.http.Client;
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
    Client client = passage.exchange().client();
    return new Passage.Caller(
        pseudonym(client, addresses.of(client.address(), headers), passage.localDay()),
        channels.of(headers.get(HttpHeaderNames.USER_AGENT, "")));
  }

  /** Made once for a connection and day, since it costs more than all else that Route does. */
  private String pseudonym(Client client, InetAddress address, LocalDate day) {
    if (client.note() instanceof Known known
        && known.day.equals(day)
        && known.address.equals(address)) {
      return known.pseudonym;
    }
    Known found = new Known(address, day, pseudonyms.of(address, day));
    client.note(found);
    return found.pseudonym;
  }

  private record Known(InetAddress address, LocalDate day, String pseudonym) {}
}
