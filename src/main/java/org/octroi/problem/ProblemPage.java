package org.octroi.problem;

/**
 * What the desk's page {@code /problems/{type}} says of a refusal, in the reader's language.
 *
 * @param type which refusal
 * @param title what happened, in a few words
 * @param detail the same in a sentence that is true of every case
 * @param next what to do next
 */
public record ProblemPage(ProblemType type, String title, String detail, String next) {}
