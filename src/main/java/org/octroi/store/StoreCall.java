package org.octroi.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.octroi.obligation.Obligations;
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
 * @param timeout the most that the store may take to begin its answer
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
    Duration timeout) {}
