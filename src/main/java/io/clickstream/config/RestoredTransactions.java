package io.clickstream.config;

/** The treatment of transactions of another prefix that are in a restored state. */
public enum RestoredTransactions {
  /** They are committed, or aborted: the job has a new name, and was the one that began them. */
  FINISH,
  /** They are not touched: they belong to a job that still runs, and this is a copy of it. */
  LEAVE
}
