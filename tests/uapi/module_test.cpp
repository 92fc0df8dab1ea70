// SPDX-License-Identifier: MIT
//
// Unloading: refused while anything of the module lives, clean after. Run alone.
#include "support/module.hpp"
#include "support/node.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>

namespace uapi {
namespace {

constexpr const char* exporter = "dmabuf_exporter";

/// Unloads the module for the time of a test and loads it again after.
class Module : public testing::Test {
protected:
    void TearDown() override {
        if (!std::filesystem::exists("/sys/module/dmabuf_exporter")) {
            load_module(exporter);
        }
    }
};

TEST_F(Module, IsHeldByAnOpenNode) {
    const UniqueFd node = open_node();
    EXPECT_EQ(unload_module(exporter), EWOULDBLOCK);
}

TEST_F(Module, IsHeldByABuffer) {
    const UniqueFd buffer = allocate(open_node(), page);
    EXPECT_EQ(unload_module(exporter), EWOULDBLOCK);
}

TEST_F(Module, IsHeldByAMapping) {
    UniqueFd node = open_node();
    const Map map(node, page);
    node.reset();
    EXPECT_EQ(unload_module(exporter), EWOULDBLOCK);
}

TEST_F(Module, LeavesNothingBehind) {
    {
        const UniqueFd node = open_node();
        const UniqueFd buffer = allocate(node, 5 * mib);
        const Map map(buffer, 5 * mib);
        stamp(map.begin(), map.size(), 1);
        const Map greeting(open_node(), page);
    }
    ASSERT_EQ(unload_module_once(exporter), 0);
    EXPECT_FALSE(std::filesystem::exists("/sys/module/dmabuf_exporter"));
    EXPECT_FALSE(std::filesystem::exists("/sys/kernel/debug/dmabuf_exporter"));
    EXPECT_FALSE(std::filesystem::exists("/sys/class/misc/exporter"));
    EXPECT_FALSE(std::filesystem::exists(node_path));
}

TEST_F(Module, CanBeUnloadedAndLoadedAgain) {
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(unload_module_once(exporter), 0);
        load_module(exporter);
        const UniqueFd buffer = allocate(open_node(), page);
        const Map map(buffer, page);
        EXPECT_EQ(first_nonzero(map.begin(), page), -1);
    }
}

TEST_F(Module, TakesItsLimitsWhenLoaded) {
    ASSERT_EQ(unload_module_once(exporter), 0);
    load_module(exporter, "max_buffer_mib=1");
    {
        const UniqueFd node = open_node();
        dma_heap_allocation_data data = request(mib + page);
        EXPECT_EQ(error_of(::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data)), EFBIG);
    }
    ASSERT_EQ(unload_module_once(exporter), 0);
}

TEST_F(Module, NodeIsForRootAlone) {
    struct stat status{};
    ASSERT_EQ(::stat(node_path, &status), 0);
    EXPECT_EQ(status.st_mode, static_cast<mode_t>(S_IFCHR | 0600));
    EXPECT_EQ(status.st_uid, 0U);
}

} // namespace
} // namespace uapi
