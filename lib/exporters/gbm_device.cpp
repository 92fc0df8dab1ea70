// SPDX-License-Identifier: MIT
#include "exporters/gbm_device.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <fcntl.h>
#include <gbm.h>
#include <unistd.h>

namespace parallax {
namespace {

/// Standard error goes nowhere during its life.
class SilentErrors {
public:
    SilentErrors() : kept_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)) {
        const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        if (kept_ && nowhere) {
            ::dup2(nowhere.get(), STDERR_FILENO);
        }
    }
    SilentErrors(const SilentErrors&) = delete;
    SilentErrors& operator=(const SilentErrors&) = delete;
    ~SilentErrors() {
        if (kept_) {
            ::dup2(kept_.get(), STDERR_FILENO);
        }
    }

private:
    UniqueFd kept_;
};

} // namespace

void DestroyGbmDevice::operator()(gbm_device* device) const noexcept {
    gbm_device_destroy(device);
}

OwnedGbmDevice create_gbm_device(int node) {
    const SilentErrors silent;
    return OwnedGbmDevice(gbm_create_device(node));
}

} // namespace parallax
