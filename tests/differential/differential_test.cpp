// SPDX-License-Identifier: MIT
//
// A program that knows the kernel's system heap must find nothing else at /dev/exporter: the same
// odd call to both has the same return, errno and bytes, except where the documentation says
// otherwise. Each group is run for the heap and for the node, and the two records are compared.
#include "subject.hpp"
#include "support/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace differential {
namespace {

constexpr const char* system_heap = "/dev/dma_heap/system";

std::vector<Group> all_groups() {
    std::vector<Group> all;
    for (const std::span<const Group> part :
         {allocation_groups(), mapping_groups(), address_space_groups(), memory_groups(),
          kernel_access_groups(), dma_buf_groups(), file_groups(), descriptor_groups()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

class Differential : public testing::TestWithParam<Group> {};

TEST_P(Differential, NodeDoesAsTheSystemHeap) {
    if (!parallax::test::has_heaps()) {
        GTEST_SKIP() << "this kernel is built without dma-heaps";
    }
    ASSERT_TRUE(std::filesystem::exists(system_heap)) << "this kernel has no system heap";
    Subject heap(system_heap);
    Subject node(uapi::node_path);
    GetParam().run(heap);
    GetParam().run(node);

    ASSERT_FALSE(node.steps().empty());
    ASSERT_EQ(node.steps().size(), heap.steps().size()) << "the sequences are not the same";
    for (std::size_t i = 0; i < node.steps().size(); ++i) {
        const Step& ours = node.steps()[i];
        const Step& theirs = heap.steps()[i];
        ASSERT_EQ(ours.name, theirs.name) << "the sequences are not the same";
        if (!ours.ours) {
            EXPECT_EQ(ours.outcome, theirs.outcome)
                << ours.name << " (first ours, then the heap's)";
            continue;
        }
        EXPECT_EQ(ours.outcome, *ours.ours) << ours.name << ": " << ours.reason;
        if (ours.on_every_kernel) {
            EXPECT_NE(ours.outcome, theirs.outcome)
                << ours.name << " is not a difference any more: " << ours.reason;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(, Differential, testing::ValuesIn(all_groups()),
                         [](const auto& group) { return std::string(group.param.name); });

} // namespace
} // namespace differential
