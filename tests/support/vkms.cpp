// SPDX-License-Identifier: MIT
#include "support/vkms.hpp"

#include "support/module.hpp"

#include <cstdlib>
#include <filesystem>

namespace parallax::test {

bool load_vkms() {
    if (std::system("modprobe --quiet vkms") == 0) {
        return true;
    }
    if (!std::filesystem::exists(uapi::built_modules() / "test-drivers" / "vkms.ko")) {
        return false;
    }
    static_cast<void>(
        std::system("modprobe -a configfs drm_client_lib drm_kms_helper drm_shmem_helper"));
    uapi::load_module("vkms");
    return true;
}

} // namespace parallax::test
