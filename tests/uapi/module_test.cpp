// SPDX-License-Identifier: MIT
//
// Unloading: refused while anything of the module lives, clean after. Run alone.
#include "node.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace uapi {
namespace {

int unload() { return error_of(::syscall(SYS_delete_module, "dmabuf_exporter", O_NONBLOCK)); }

/// The module that was built for this kernel.
std::string built_module() {
    if (const char* path = std::getenv("PARALLAX_MODULE")) {
        return path;
    }
    utsname names{};
    ::uname(&names);
    return std::string(PARALLAX_KMOD_BUILD) + "/" + names.release + "/dmabuf_exporter.ko";
}

void load(const std::string& parameters) {
    const std::string path = built_module();
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::syscall(SYS_finit_module, file.get(), parameters.c_str(), 0) != 0) {
        throw std::system_error(errno, std::generic_category(),
                                "cannot load " + path + " (PARALLAX_MODULE names another)");
    }
}

/// Unloads the module for the time of a test and loads it again after.
class Module : public testing::Test {
protected:
    void TearDown() override {
        if (!std::filesystem::exists("/sys/module/dmabuf_exporter")) {
            load("");
        }
    }

    /// What was closed just now may hold the module for a moment more.
    static int unload_once() {
        int result = unload();
        for (int i = 0; i < 300 && result == EWOULDBLOCK; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            result = unload();
        }
        return result;
    }
};

TEST_F(Module, IsHeldByAnOpenNode) {
    const UniqueFd node = open_node();
    EXPECT_EQ(unload(), EWOULDBLOCK);
}

TEST_F(Module, IsHeldByABuffer) {
    const UniqueFd buffer = allocate(open_node(), page);
    EXPECT_EQ(unload(), EWOULDBLOCK);
}

TEST_F(Module, IsHeldByAMapping) {
    UniqueFd node = open_node();
    const Map map(node, page);
    node.reset();
    EXPECT_EQ(unload(), EWOULDBLOCK);
}

TEST_F(Module, LeavesNothingBehind) {
    {
        const UniqueFd node = open_node();
        const UniqueFd buffer = allocate(node, 5 * mib);
        const Map map(buffer, 5 * mib);
        stamp(map.begin(), map.size(), 1);
        const Map greeting(open_node(), page);
    }
    ASSERT_EQ(unload_once(), 0);
    EXPECT_FALSE(std::filesystem::exists("/sys/module/dmabuf_exporter"));
    EXPECT_FALSE(std::filesystem::exists("/sys/kernel/debug/dmabuf_exporter"));
    EXPECT_FALSE(std::filesystem::exists("/sys/class/misc/exporter"));
    EXPECT_FALSE(std::filesystem::exists(node_path));
}

TEST_F(Module, CanBeUnloadedAndLoadedAgain) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(unload_once(), 0);
        load("");
        const UniqueFd buffer = allocate(open_node(), page);
        const Map map(buffer, page);
        EXPECT_EQ(first_nonzero(map.begin(), page), -1);
    }
}

TEST_F(Module, TakesItsLimitsWhenLoaded) {
    ASSERT_EQ(unload_once(), 0);
    load("max_buffer_mib=1");
    {
        const UniqueFd node = open_node();
        dma_heap_allocation_data data = request(mib + page);
        EXPECT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data)), EFBIG);
    }
    ASSERT_EQ(unload_once(), 0);
}

TEST_F(Module, NodeIsForRootAlone) {
    struct stat status {};
    ASSERT_EQ(::stat(node_path, &status), 0);
    EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFCHR | 0600));
    EXPECT_EQ(status.st_uid, 0U);
}

} // namespace
} // namespace uapi
