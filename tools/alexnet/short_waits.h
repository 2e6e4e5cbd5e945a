// How long OpenMP's threads wait awake.

#ifndef ALEXNET_TOOLS_ALEXNET_SHORT_WAITS_H_
#define ALEXNET_TOOLS_ALEXNET_SHORT_WAITS_H_

namespace alexnet::cli {

// libgomp's threads wait awake for some ten milliseconds wherever one has to
// wait for another. Where other programs use the processor too, the one that is
// waited for may have no core meanwhile, and all is several times slower.
// libgomp reads how long from the environment, before main: so this starts the
// program again with waits of some tenths of a millisecond, unless the user has
// chosen by GOMP_SPINCOUNT or OMP_WAIT_POLICY. Returns where nothing is to be
// done or it cannot. To be called before anything else.
void RestartWithShortWaits(char** arguments);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SHORT_WAITS_H_
