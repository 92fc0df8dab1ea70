// SPDX-License-Identifier: MIT
#include "support/module.hpp"

#include "support/kernel.hpp"
#include "support/node.hpp"
#include "support/paths.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <thread>

namespace uapi {

std::filesystem::path built_modules() {
    if (const char* directory = std::getenv("PARALLAX_KMOD")) {
        return directory;
    }
    return std::filesystem::path(parallax::test::project_folder) / "build/kmod" /
           parallax::test::kernel_release();
}

void load_module(const std::string& name, const std::string& parameters) {
    auto path = built_modules() / (name + ".ko");
    for (const char* const folder : {"importer", "test-drivers"}) {
        if (!std::filesystem::exists(path)) {
            path = built_modules() / folder / (name + ".ko");
        }
    }
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::syscall(SYS_finit_module, file.get(), parameters.c_str(), 0) != 0) {
        throw std::system_error(errno, std::generic_category(),
                                "cannot load " + path.string() +
                                    " (PARALLAX_KMOD names another directory)");
    }
}

void load_importer() {
    if (!std::filesystem::exists("/dev/importer")) {
        load_module("dmabuf_importer");
    }
}

int unload_module(const std::string& name) {
    return error_of(::syscall(SYS_delete_module, name.c_str(), O_NONBLOCK));
}

int unload_module_once(const std::string& name) {
    int result = unload_module(name);
    for (int i = 0; i < 300 && result == EWOULDBLOCK; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        result = unload_module(name);
    }
    return result;
}

} // namespace uapi
