package org.octroi.store;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.octroi.obligation.Obligations;
import org.octroi.problem.Refusal;
import org.octroi.vocabulary.AgreementNumber;
import org.octroi.vocabulary.Format;

/**
 * One request to a store, as the gate understood it. Nothing of the caller's credentials is here.
 *
 * @param target the store's side of the distribution
 * @param head whether only the head of the answer is wanted
 * @param rest for HTTP with subpaths: what follows the distribution in the caller's path, beginning
 *     with {@code /}, or empty; normalised, without {@code ..}
 * @param query the caller's query, decoded, in order; already checked against what the target
 *     declares
 * @param headers request headers that a store may see: {@code accept-language}, {@code
 *     accept-encoding}, {@code range}, {@code if-range}, {@code if-none-match}, {@code
 *     if-modified-since}; names in lower case
 * @param format the format decided, the only one that the store is asked for
 * @param obligations what must be honoured
 * @param maskKey the agreement's own key for masks by hash; empty array where none is needed
 * @param now the time that delays and depths count from
 * @param agreement the agreement's number, told to the store
 * @param requestId told to the store as {@code Octroi-Request}
 * @param forwarded told to the store as {@code Forwarded} (RFC 7239): how the caller came to the
 *     gate, and not who they are
 * @param via told to the store as {@code Via} (RFC 9110 §7.6.3)
 * @param body the body of a POST query, absent for GET and HEAD
 * @param timeout the most that the store may take to begin its answer
 * @param shareable whether the decision lets one reader's answer serve another
 */
public record StoreCall(
    StoreTarget target,
    boolean head,
    String rest,
    Map<String, List<String>> query,
    Map<String, String> headers,
    Format format,
    Obligations obligations,
    byte[] maskKey,
    Instant now,
    Optional<AgreementNumber> agreement,
    String requestId,
    String forwarded,
    CharSequence via,
    Optional<Body> body,
    Duration timeout,
    boolean shareable) {

  /** The body of a query, as it arrives from the caller. On the request's event loop only. */
  public interface Body {

    /** Its media type, as the caller said. */
    String mediaType();

    /** Its length, where it is known. */
    OptionalLong length();

    /** From now on it goes to this reader; once. */
    void read(BodyReader reader);

    /** Asks for no more pieces for now. */
    void pause();

    /** Asks for more pieces again. */
    void resume();
  }

  /** Who takes a body. */
  public interface BodyReader {

    /** A piece of it; the reader releases it. */
    void piece(ByteBuf bytes);

    /** It is whole. */
    void end();

    /** It broke off by the caller's doing. */
    void failed(Refusal refusal);
  }
}
