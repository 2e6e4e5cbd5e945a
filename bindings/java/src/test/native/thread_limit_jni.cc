// For StarvedTest: how many threads the virtual machine may have.

#include <jni.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {

// Makes the process one of a user who runs nothing else, since no such limit
// applies to root. The calling thread may read all files still.
JNIEXPORT jboolean JNICALL Java_org_alexnet_StarvedTest_leaveRoot(JNIEnv*,
                                                                  jclass) {
  const uid_t user = static_cast<uid_t>(20000 + getpid() % 40000);
  if (getuid() != 0 || prctl(PR_SET_KEEPCAPS, 1) != 0 || setuid(user) != 0) {
    return JNI_FALSE;
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  data[0].effective = data[0].permitted = 1U << CAP_DAC_OVERRIDE;
  return syscall(SYS_capset, &header, data) == 0 ? JNI_TRUE : JNI_FALSE;
}

JNIEXPORT jboolean JNICALL
Java_org_alexnet_StarvedTest_limitThreads(JNIEnv*, jclass, jint threads) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NPROC, &limit) != 0) return JNI_FALSE;
  limit.rlim_cur = static_cast<rlim_t>(threads);
  return setrlimit(RLIMIT_NPROC, &limit) == 0 ? JNI_TRUE : JNI_FALSE;
}

}  // extern "C"
