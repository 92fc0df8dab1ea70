// SPDX-License-Identifier: MIT
//
// One device and the CPU, for each direction of the device's mapping.
#include "uapi/device.hpp"

#include <sys/wait.h>

#include <array>
#include <csignal>
#include <string>

namespace uapi {
namespace {

const std::size_t synced_size = 5 * mib + 3 * page;

/// Direction of the mapping.
class ImporterSync : public testing::TestWithParam<__u32> {
protected:
    static bool device_reads() { return GetParam() != IMPORTER_FROM_DEVICE; }
    static bool device_writes() { return GetParam() != IMPORTER_TO_DEVICE; }

    static inline const std::array sizes_ = {page, mib, synced_size};
    UniqueFd node_ = open_node();
};

TEST_P(ImporterSync, EachSeesWhatTheOtherWrote) {
    for (const std::size_t bytes : sizes_) {
        SCOPED_TRACE(bytes);
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        Device device(buffer, GetParam());
        for (std::uint64_t round = 0; round < 4; ++round) {
            if (device_reads()) {
                {
                    const Sync sync(buffer, DMA_BUF_SYNC_WRITE);
                    stamp(map.begin(), bytes, 100 + round);
                }
                ASSERT_EQ(device.first_wrong(0, bytes, 100 + round), -1) << "round " << round;
            }
            if (device_writes()) {
                device.write(0, bytes, 200 + round);
                const Sync sync(buffer, DMA_BUF_SYNC_READ);
                ASSERT_EQ(first_wrong(map.begin(), bytes, 200 + round), -1) << "round " << round;
            }
        }
    }
}

TEST_P(ImporterSync, WhatIsThereAtAttachIsSeenAndKept) {
    for (const std::size_t bytes : sizes_) {
        SCOPED_TRACE(bytes);
        const UniqueFd buffer = allocate(node_, bytes);
        const Map map(buffer, bytes);
        stamp(map.begin(), bytes, 110);
        Device device(buffer, GetParam());
        if (device_reads()) {
            EXPECT_EQ(device.first_wrong(0, bytes, 110), -1);
        }
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), bytes, 110), -1) << "though the device wrote nothing";
    }
}

TEST_P(ImporterSync, WhatTheDeviceWroteOutlivesIt) {
    const UniqueFd buffer = allocate(node_, synced_size);
    const Map map(buffer, synced_size);
    stamp(map.begin(), synced_size, 120);
    {
        Device device(buffer, GetParam());
        if (device_writes()) {
            device.write(0, synced_size, 121);
        }
    } // closes the device's node, which detaches
    EXPECT_EQ(first_wrong(map.begin(), synced_size, device_writes() ? 121 : 120), -1);
    EXPECT_EQ(stat_once("attachments", 0), 0);
    EXPECT_EQ(stat("device_maps"), 0);
}

std::string name_of_direction(const testing::TestParamInfo<__u32>& direction) {
    constexpr std::array names = {"", "ToDevice", "FromDevice", "BothWays"};
    return names.at(direction.param);
}

INSTANTIATE_TEST_SUITE_P(, ImporterSync,
                         testing::Values(IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE,
                                         IMPORTER_BOTH_WAYS),
                         name_of_direction);

/// A process that is killed between START and END does not hide a device's writes from others.
TEST_P(ImporterSync, KilledBetweenStartAndEnd) {
    const UniqueFd buffer = allocate(node_, synced_size);
    Device device(buffer, GetParam());
    const Map map(buffer, synced_size);
    const int status = in_child([&] {
        dma_buf_sync data{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
        ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &data);
        return ::raise(SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    if (device_writes()) {
        device.write(0, synced_size, 145);
        {
            const Sync sync(buffer, DMA_BUF_SYNC_READ);
            EXPECT_EQ(first_wrong(map.begin(), synced_size, 145), -1);
        }
        device.write(0, synced_size, 146);
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), synced_size, 146), -1);
    }
}

/// START may be repeated after a signal interrupted it.
TEST_P(ImporterSync, StartIsRepeated) {
    const UniqueFd buffer = allocate(node_, synced_size);
    Device device(buffer, GetParam());
    const Map map(buffer, synced_size);
    dma_buf_sync data{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
    ASSERT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &data)), 0);
    if (device_writes()) {
        device.write(0, synced_size, 147);
    }
    {
        const Sync sync(buffer, DMA_BUF_SYNC_RW);
        if (device_writes()) {
            EXPECT_EQ(first_wrong(map.begin(), synced_size, 147), -1);
        }
    }
    if (device_writes()) {
        device.write(0, synced_size, 148);
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), synced_size, 148), -1);
    }
}

} // namespace
} // namespace uapi
