package org.alexnet;

import java.util.List;

/**
 * What a tensor looks like. A filter is a row along the first axis of a weight: a filter of a
 * convolution, a unit of a fully connected layer.
 *
 * @param elements all there are
 * @param zeros of either sign
 * @param nans not a number
 * @param infinities of either sign
 * @param min of the finite elements; NaN where there are none, as the following
 * @param max of the finite elements
 * @param mean of the finite elements
 * @param stddev of the finite elements, as of a population
 * @param filters how many; 0 for what is no weight
 * @param deadFilters all of whose weights are zero
 * @param duplicateFilters whose weights an earlier one has as well
 * @param sameAs for each filter -1 where it is dead, else the first with the same bits that sees
 *     the same inputs
 */
public record TensorStatistics(
    long elements,
    long zeros,
    long nans,
    long infinities,
    double min,
    double max,
    double mean,
    double stddev,
    long filters,
    long deadFilters,
    long duplicateFilters,
    List<Long> sameAs) {
  TensorStatistics(
      long elements,
      long zeros,
      long nans,
      long infinities,
      double min,
      double max,
      double mean,
      double stddev,
      long filters,
      long deadFilters,
      long duplicateFilters,
      long[] sameAs) {
    this(
        elements,
        zeros,
        nans,
        infinities,
        min,
        max,
        mean,
        stddev,
        filters,
        deadFilters,
        duplicateFilters,
        Native.list(sameAs));
  }
}
