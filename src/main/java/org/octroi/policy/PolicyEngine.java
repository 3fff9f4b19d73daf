package org.octroi.policy;

/** Asks the policy. Safe for use by many threads. */
public interface PolicyEngine {

  /**
   * The policy's answer to this input.
   *
   * @throws DecisionUnavailableException when the policy can't be asked, or answers what is no
   *     decision; the caller refuses (fail closed)
   */
  Decision decide(DecisionInput input);

  /** The JSON document that the policy is asked with: what is kept to replay a decision. */
  String document(DecisionInput input);

  /** Which policy answers: the SHA-256 of its compiled module, in hex. */
  String revision();
}
