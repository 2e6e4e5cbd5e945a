/* alexnet.h: the C interface of the AlexNet engine. C99, and C++.
 *
 * Predicting with a model file:
 *
 *   alexnet_error* error = NULL;
 *   alexnet_model* model = NULL;
 *   alexnet_session* session = NULL;
 *   alexnet_prediction top[5];
 *   size_t found = 0;
 *   if (alexnet_model_load("net.alexnet", NULL, &model, &error) ||
 *       alexnet_session_create(model, NULL, &session, &error) ||
 *       alexnet_session_predict_file(session, "cat.jpg", NULL, 5, top, &found,
 *                                    &error)) {
 *     fprintf(stderr, "%s\n", alexnet_error_text(error));
 *   }
 *   alexnet_error_free(error);
 *   alexnet_session_free(session);
 *   alexnet_model_free(model);
 *
 * Status and errors. A call that can fail returns an alexnet_status, which is
 * ALEXNET_OK (zero) or says what kind of failure it was, and takes an
 * alexnet_error** last. Where that is not NULL it receives NULL on success and
 * on failure an object that the caller frees. Outputs are set on success only;
 * an output handle is set to NULL on failure. A function without a status gives
 * 0 or NULL, and the texts of an error "", where it is given NULL or no handle
 * of its kind. Buffers may be larger than what is needed unless a size is said
 * to be exact. Nothing is printed, no C++ exception leaves the library, and it
 * never calls abort or exit.
 *
 * Memory. Where it runs out a call gives ALEXNET_OUT_OF_MEMORY, and its handles
 * work again when there is some. CUDA's libraries alone do not bear a failed
 * allocation while they are loaded, and may end the program there.
 *
 * Ownership. Every handle comes from a function that ends in _create, _load or
 * the like and is freed by its type's _free; _free(NULL) does nothing. Memory
 * that is handed out (char**, void**) is freed by alexnet_free. A const char*
 * that is returned belongs to the handle that was asked and lives as long as
 * that, unless it says otherwise. What the caller passes in is copied or used
 * only during the call, unless it says otherwise. Strings are UTF-8 and end in
 * a zero; paths are the system's bytes.
 *
 * Handles are counted inside: a session keeps its model alive, so the model may
 * be freed first; and freeing a handle while other threads are inside calls on
 * it is safe, the last call out cleans up. Starting a call on a freed handle is
 * a defect of the caller; as far as a tag in its memory can tell, it gives
 * ALEXNET_INVALID_ARGUMENT.
 *
 * Threads. A model, dataset, context, evaluation, queue and cancel token may be
 * used from any number of threads at once. A session, trainer, network, model
 * builder and list of features is for one thread at a time (not always the
 * same); a second thread that enters one gets ALEXNET_FAILED_PRECONDITION.
 * Nothing is global: two users in one process share no logs, threads or
 * settings. Where the system starts fewer threads than were asked for, the work
 * is done on fewer: infos and reports say on how many, and a context is warned.
 *
 * Fork. A child may free every handle of its parent, which gives back memory
 * and waits for nothing; a GPU's memory stays the parent's. It must not use the
 * parent's sessions, queues, trainers and features, nor go on with a call whose
 * callback forked: it gets ALEXNET_FAILED_PRECONDITION. The other handles it
 * may use where no other thread of the parent was inside a call on them at the
 * time. What it creates is its own and has threads of its own; CUDA refuses it
 * where the parent has used a GPU.
 *
 * Structs for options begin with struct_size, which the type's _init function
 * sets; the other fields are zero then, and zero always means the default. NULL
 * in place of options means all defaults. Structs that the library fills
 * (..._info, ..._report) are initialised the same way; fields beyond what the
 * library knows stay zero. A struct_size that is no size of the struct is
 * ALEXNET_INVALID_ARGUMENT. So a program built with an older header runs with a
 * newer library; one built with a newer header runs with an older library as
 * long as it leaves new fields zero, and otherwise gets ALEXNET_UNSUPPORTED.
 * The structs without struct_size never change.
 *
 * Blobs are dense float32 in C order: images (N, C, H, W), vectors (N, F). What
 * is nearer to zero than 1.2e-38 counts as zero to the device "cpu".
 *
 * Programs include this header; it includes one for each subject.
 */

#ifndef ALEXNET_ALEXNET_H_
#define ALEXNET_ALEXNET_H_

/* IWYU pragma: begin_exports */
/* In the order of reading. */
/* clang-format off */
#include "c/base.h"
#include "c/version.h"
#include "c/cancel.h"
#include "c/context.h"
#include "c/devices.h"
#include "c/layers.h"
#include "c/preprocessing.h"
#include "c/recipe.h"
#include "c/network.h"
#include "c/model.h"
#include "c/inspection.h"
#include "c/model_builder.h"
#include "c/image.h"
#include "c/session.h"
#include "c/queue.h"
#include "c/features.h"
#include "c/dataset.h"
#include "c/evaluation.h"
#include "c/training.h"
#include "c/trainer.h"
#include "c/benchmark.h"
/* clang-format on */
/* IWYU pragma: end_exports */

#endif /* ALEXNET_ALEXNET_H_ */
