// SPDX-License-Identifier: MIT
//
// The device view. The test-only module dmabuf_importer attaches to a dma-buf and reads and writes
// it at its DMA addresses. If DMA is bounced (swiotlb=force), these are other memory than the
// CPU's, and only DMA_BUF_IOCTL_SYNC makes the two agree, as the suite Bounce proves. The suites
// Importer and ImporterSync then detect a missing sync.
#include "support/module.hpp"
#include "support/node.hpp"
#include "support/vgem.hpp"

#include <gtest/gtest.h>

#include <importer.h>

#include <sys/wait.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace uapi {
namespace {

/// The device, at one buffer or at none.
class Device {
public:
    Device() {
        load_importer();
        node_.reset(::open("/dev/importer", O_RDWR | O_CLOEXEC));
        if (!node_) {
            throw std::system_error(errno, std::generic_category(), "cannot open /dev/importer");
        }
    }

    explicit Device(const UniqueFd& buffer, __u32 direction = IMPORTER_BOTH_WAYS) : Device() {
        if (const int error = attach(buffer.get(), direction)) {
            throw std::system_error(error, std::generic_category(), "cannot attach");
        }
    }

    int attach(int buffer, __u32 direction) {
        info_ = {.fd = buffer, .direction = direction, .segments = 0, .longest = 0};
        return error_of(::ioctl(node_.get(), IMPORTER_ATTACH, &info_));
    }

    int detach() { return error_of(::ioctl(node_.get(), IMPORTER_DETACH)); }

    int access(unsigned long command, std::byte* memory, std::size_t offset, std::size_t length) {
        importer_access data{
            .address = reinterpret_cast<__u64>(memory), .offset = offset, .length = length};
        return error_of(::ioctl(node_.get(), command, &data));
    }

    void write(std::size_t offset, std::size_t length, std::uint64_t seed,
               unsigned long command = IMPORTER_DEVICE_WRITE) {
        std::vector<std::byte> memory(length);
        stamp(memory.data(), length, seed, offset / page);
        ASSERT_EQ(access(command, memory.data(), offset, length), 0);
    }

    /// @return the first page that differs from the pattern of stamp(), or -1.
    long first_wrong(std::size_t offset, std::size_t length, std::uint64_t seed,
                     unsigned long command = IMPORTER_DEVICE_READ) {
        std::vector<std::byte> memory(length);
        EXPECT_EQ(access(command, memory.data(), offset, length), 0);
        return uapi::first_wrong(memory.data(), length, seed, offset / page);
    }

    [[nodiscard]] const UniqueFd& node() const { return node_; }
    [[nodiscard]] __u32 segments() const { return info_.segments; }
    [[nodiscard]] __u32 longest() const { return info_.longest; }

private:
    UniqueFd node_;
    importer_attach info_{};
};

/// CPU access: START and END.
class Sync {
public:
    Sync(const UniqueFd& buffer, __u64 access) : buffer_(buffer.get()), access_(access) {
        call(DMA_BUF_SYNC_START);
    }
    Sync(const Sync&) = delete;
    Sync& operator=(const Sync&) = delete;
    ~Sync() { call(DMA_BUF_SYNC_END); }

private:
    void call(__u64 end) const {
        dma_buf_sync data{.flags = end | access_};
        EXPECT_EQ(error_of(::ioctl(buffer_, DMA_BUF_IOCTL_SYNC, &data)), 0);
    }

    int buffer_;
    __u64 access_;
};

constexpr std::size_t size = 5 * mib + 3 * page;

class Importer : public testing::Test {
protected:
    UniqueFd node_ = open_node();
    UniqueFd buffer_ = allocate(node_, size);
    Map map_{buffer_, size};
};

TEST_F(Importer, StartWaitsForTheFenceBeforeItBringsTheData) {
    Device device(buffer_, IMPORTER_FROM_DEVICE);
    const parallax::test::Vgem fences;
    for (std::uint64_t round = 0; round < 3; ++round) {
        SCOPED_TRACE(round);
        device.write(0, size, 2 * round);
        parallax::test::LateFence late(fences, buffer_.get(), parallax::test::LateFence::writes);
        const std::jthread work([&] {
            // Time for a START that does not wait; one that waits, waits for however long.
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            device.write(0, size, 2 * round + 1);
            late.signal();
        });
        const Sync sync(buffer_, round == 0 ? DMA_BUF_SYNC_RW : DMA_BUF_SYNC_READ);
        EXPECT_EQ(first_wrong(map_.begin(), size, 2 * round + 1), -1);
    }
}

TEST(ImporterMapping, PermitsWhatTheBufferPermits) {
    const UniqueFd node = open_node();
    for (const unsigned access : {O_RDONLY, O_WRONLY, O_RDWR}) {
        const UniqueFd buffer = allocate(node, 2 * page, access | O_CLOEXEC);
        const Device device(buffer); // its own file is O_RDWR
        for (const int protection : {PROT_NONE, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE}) {
            for (const int flags : {MAP_SHARED, MAP_PRIVATE}) {
                SCOPED_TRACE(testing::Message() << "access mode " << access << ", protection "
                                                << protection << ", flags " << flags);
                const Map::Where where{.offset = page, .protection = protection, .flags = flags};
                const int error = map_error(buffer.get(), page, where);
                EXPECT_EQ(map_error(device.node().get(), page, where), error);
                if (error != 0) {
                    continue;
                }
                const Map map(buffer, page, where);
                const Map of_device(device.node(), page, where);
                for (const int later : {PROT_READ, PROT_READ | PROT_WRITE}) {
                    EXPECT_EQ(error_of(::mprotect(of_device.begin(), page, later)),
                              error_of(::mprotect(map.begin(), page, later)))
                        << "then " << later;
                }
            }
        }
    }
}

TEST(ImporterMapping, ShowsTheBufferAndOutlivesBothFds) {
    UniqueFd buffer = allocate(open_node(), size);
    {
        const Map map(buffer, size);
        stamp(map.begin(), size, 60);
    }
    std::optional<Device> device(std::in_place, buffer);
    const Map map(device->node(), size);
    device.reset();
    buffer.reset();
    EXPECT_EQ(first_wrong(map.begin(), size, 60), -1);
}

/// Direction of the mapping.
class ImporterSync : public testing::TestWithParam<__u32> {
protected:
    static bool device_reads() { return GetParam() != IMPORTER_FROM_DEVICE; }
    static bool device_writes() { return GetParam() != IMPORTER_TO_DEVICE; }

    static constexpr std::array sizes_ = {page, mib, size};
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
    const UniqueFd buffer = allocate(node_, size);
    const Map map(buffer, size);
    stamp(map.begin(), size, 120);
    {
        Device device(buffer, GetParam());
        if (device_writes()) {
            device.write(0, size, 121);
        }
    } // closes the device's node, which detaches
    EXPECT_EQ(first_wrong(map.begin(), size, device_writes() ? 121 : 120), -1);
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

/// One or two devices, in the order in which they attach, and the kind of the CPU's access.
struct Turns {
    std::vector<__u32> directions;
    __u64 access;
};

std::ostream& operator<<(std::ostream& out, const Turns& turns) {
    constexpr std::array devices = {"", "display", "camera", "both ways"};
    constexpr std::array accesses = {"", "reads", "writes", "reads and writes"};
    for (const __u32 direction : turns.directions) {
        out << devices.at(direction) << ", ";
    }
    return out << "CPU " << accesses.at(turns.access);
}

std::vector<Turns> all_turns() {
    std::vector<Turns> turns;
    for (const __u64 access : {DMA_BUF_SYNC_READ, DMA_BUF_SYNC_WRITE, DMA_BUF_SYNC_RW}) {
        for (const __u32 first : {IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE, IMPORTER_BOTH_WAYS}) {
            turns.push_back({{first}, access});
            for (const __u32 second :
                 {IMPORTER_TO_DEVICE, IMPORTER_FROM_DEVICE, IMPORTER_BOTH_WAYS}) {
                turns.push_back({{first, second}, access});
            }
        }
    }
    return turns;
}

/// A buffer of three parts: the CPU writes the second, a device the third, the first stays.
class SharedBuffer {
public:
    static constexpr std::size_t part = 64 * page;
    static constexpr std::size_t bytes = 3 * part;

    explicit SharedBuffer(Turns turns) : turns_(std::move(turns)) {
        stamp(map_.begin(), part, 10);
        stamp(map_.at(part), part, 20, part / page);
        stamp(map_.at(2 * part), part, 30, 2 * part / page);
    }

    void attach() {
        for (const __u32 direction : turns_.directions) {
            devices_.push_back(std::make_unique<Device>(buffer_, direction));
        }
    }

    /// The one device that may write. With two, each has a copy of the whole buffer where DMA is
    /// bounced, and the kernel does not say which bytes are newer.
    [[nodiscard]] Device* writer() const {
        Device* found = nullptr;
        for (std::size_t i = 0; i < devices_.size(); ++i) {
            if (turns_.directions.at(i) != IMPORTER_TO_DEVICE) {
                if (found != nullptr) {
                    return nullptr;
                }
                found = devices_.at(i).get();
            }
        }
        return found;
    }

    void device_writes(std::uint64_t seed) {
        if (Device* device = writer()) {
            device->write(2 * part, part, seed);
            third_ = seed;
        }
    }

    void cpu_writes_in_its_bracket(std::uint64_t seed) {
        if (cpu_writes()) {
            stamp(map_.at(part), part, seed, part / page);
            second_ = seed;
        }
    }

    void expect_cpu_sees_all(const char* when) {
        EXPECT_EQ(first_wrong(map_.begin(), part, 10), -1) << when;
        EXPECT_EQ(first_wrong(map_.at(part), part, second_, part / page), -1)
            << when << ", what the CPU wrote";
        EXPECT_EQ(first_wrong(map_.at(2 * part), part, third_, 2 * part / page), -1)
            << when << ", what a device wrote";
    }

    void expect_devices_see_all(const char* when) {
        for (const auto& device : devices_) {
            EXPECT_EQ(device->first_wrong(0, part, 10), -1) << when;
            EXPECT_EQ(device->first_wrong(part, part, second_), -1)
                << when << ", what the CPU wrote";
            EXPECT_EQ(device->first_wrong(2 * part, part, third_), -1)
                << when << ", what a device wrote";
        }
    }

    void detach() { devices_.clear(); }

    [[nodiscard]] const UniqueFd& buffer() const { return buffer_; }

private:
    [[nodiscard]] bool cpu_writes() const { return turns_.access != DMA_BUF_SYNC_READ; }

    Turns turns_;
    UniqueFd node_ = open_node();
    UniqueFd buffer_ = allocate(node_, bytes);
    Map map_{buffer_, bytes};
    std::vector<std::unique_ptr<Device>> devices_;
    std::uint64_t second_ = 20;
    std::uint64_t third_ = 30;
};

TEST(ImporterTurns, LoseNothing) {
    for (const Turns& turns : all_turns()) {
        SCOPED_TRACE(turns);
        SharedBuffer shared(turns);
        shared.attach();
        for (std::uint64_t round = 0; round < 3; ++round) {
            shared.device_writes(300 + round);
            {
                const Sync sync(shared.buffer(), turns.access);
                shared.expect_cpu_sees_all("after START");
                shared.cpu_writes_in_its_bracket(200 + round);
            }
            shared.expect_devices_see_all("after END");
        }
        shared.device_writes(310);
        shared.detach();
        shared.expect_cpu_sees_all("after the devices are gone");
    }
}

TEST(ImporterTurns, LoseNothingIfDevicesComeAndGoInTheBracket) {
    for (const Turns& turns : all_turns()) {
        SCOPED_TRACE(turns);
        SharedBuffer shared(turns);
        shared.attach();
        shared.device_writes(300);
        {
            const Sync sync(shared.buffer(), turns.access);
            shared.cpu_writes_in_its_bracket(200);
            shared.detach();
            shared.expect_cpu_sees_all("after the devices are gone");
            shared.cpu_writes_in_its_bracket(201);
            shared.attach();
            shared.detach();
            shared.expect_cpu_sees_all("after they are gone again");
            shared.attach();
            shared.cpu_writes_in_its_bracket(202);
        }
        shared.expect_devices_see_all("after END");
        shared.detach();
        shared.expect_cpu_sees_all("after END and the devices");
    }
}

/// A process that is killed between START and END does not hide a device's writes from others.
TEST_P(ImporterSync, KilledBetweenStartAndEnd) {
    const UniqueFd buffer = allocate(node_, size);
    Device device(buffer, GetParam());
    const Map map(buffer, size);
    const int status = in_child([&] {
        dma_buf_sync data{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
        ::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &data);
        return ::raise(SIGKILL);
    });
    ASSERT_TRUE(WIFSIGNALED(status));
    if (device_writes()) {
        device.write(0, size, 145);
        {
            const Sync sync(buffer, DMA_BUF_SYNC_READ);
            EXPECT_EQ(first_wrong(map.begin(), size, 145), -1);
        }
        device.write(0, size, 146);
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), size, 146), -1);
    }
}

/// START may be repeated after a signal interrupted it.
TEST_P(ImporterSync, StartIsRepeated) {
    const UniqueFd buffer = allocate(node_, size);
    Device device(buffer, GetParam());
    const Map map(buffer, size);
    dma_buf_sync data{.flags = DMA_BUF_SYNC_START | DMA_BUF_SYNC_RW};
    ASSERT_EQ(error_of(::ioctl(buffer.get(), DMA_BUF_IOCTL_SYNC, &data)), 0);
    if (device_writes()) {
        device.write(0, size, 147);
    }
    {
        const Sync sync(buffer, DMA_BUF_SYNC_RW);
        if (device_writes()) {
            EXPECT_EQ(first_wrong(map.begin(), size, 147), -1);
        }
    }
    if (device_writes()) {
        device.write(0, size, 148);
        ASSERT_EQ(device.detach(), 0);
        EXPECT_EQ(first_wrong(map.begin(), size, 148), -1);
    }
}

TEST_F(Importer, WriteOfAPartKeepsWhatTheDeviceWroteElsewhere) {
    Device device(buffer_);
    device.write(0, mib, 130);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE); // will only write, and only here:
        stamp(map_.at(mib), mib, 131, mib / page);
    }
    EXPECT_EQ(device.first_wrong(0, mib, 130), -1);
    EXPECT_EQ(device.first_wrong(mib, mib, 131), -1);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), mib, 130), -1);
}

TEST_F(Importer, EndOfReadingKeepsWhatTheDeviceWroteMeanwhile) {
    Device device(buffer_);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
        device.write(0, size, 140);
    }
    EXPECT_EQ(device.first_wrong(0, size, 140), -1);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 140), -1);
}

TEST_F(Importer, EveryAttachmentIsSynced) {
    Device first(buffer_, IMPORTER_TO_DEVICE);
    Device second(buffer_, IMPORTER_TO_DEVICE);
    Device third(buffer_);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 150);
    }
    EXPECT_EQ(first.first_wrong(0, size, 150), -1);
    EXPECT_EQ(second.first_wrong(0, size, 150), -1);
    EXPECT_EQ(third.first_wrong(0, size, 150), -1);
    ASSERT_EQ(second.detach(), 0);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 151);
    }
    EXPECT_EQ(first.first_wrong(0, size, 151), -1);
    EXPECT_EQ(third.first_wrong(0, size, 151), -1);
}

TEST_F(Importer, DriverSeesTheSameThroughItsKernelMapping) {
    Device device(buffer_);
    stamp(map_.begin(), size, 160);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 160);
    }
    EXPECT_EQ(device.first_wrong(0, size, 160, IMPORTER_KERNEL_READ), -1);
    device.write(0, size, 161, IMPORTER_KERNEL_WRITE);
    EXPECT_EQ(device.first_wrong(0, size, 161), -1);
    EXPECT_EQ(first_wrong(map_.begin(), size, 161), -1);
    EXPECT_EQ(stat("kernel_maps"), 0);
}

TEST_F(Importer, DeviceKeepsTheBuffer) {
    const long bytes = stat("bytes");
    {
        Device device(buffer_);
        {
            const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
            stamp(map_.begin(), size, 170);
        }
        ASSERT_EQ(::munmap(map_.begin(), map_.size()), 0);
        map_.forget();
        buffer_.reset();
        node_.reset();
        EXPECT_EQ(stat("bytes"), bytes);
        EXPECT_EQ(unload_module("dmabuf_exporter"), EWOULDBLOCK);
        EXPECT_EQ(device.first_wrong(0, size, 170), -1);
    }
    EXPECT_EQ(stat_once("bytes", bytes - static_cast<long>(size)), bytes - static_cast<long>(size));
}

TEST_F(Importer, MayBeClosedWhileTheCpuHasAccess) {
    auto device = std::make_unique<Device>(buffer_);
    const Sync sync(buffer_, DMA_BUF_SYNC_RW);
    device.reset();
    stamp(map_.begin(), size, 180);
    EXPECT_EQ(first_wrong(map_.begin(), size, 180), -1);
}

TEST_F(Importer, SegmentsAreFew) {
    const Device device(buffer_);
    // 5 MiB and 12 KiB are at best 5 chunks; were it pages, there would be 1283.
    EXPECT_LT(device.segments(), 64U);
    EXPECT_GE(device.segments(), 1U);
}

TEST_F(Importer, SegmentsCrossNoBoundaryOfTheDevice) {
    const char* boundary = "/sys/module/dmabuf_importer/parameters/segment_boundary";
    Device device;
    write_text(boundary, std::to_string(16 * page - 1));
    const int error = device.attach(buffer_.get(), IMPORTER_BOTH_WAYS);
    write_text(boundary, "0");
    ASSERT_EQ(error, 0);
    EXPECT_LE(device.longest(), 16 * page);
    EXPECT_GE(device.segments(), size / (16 * page));
    device.write(0, size, 185);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 185), -1);
}

TEST_F(Importer, TellsWhatIsWrong) {
    Device device;
    EXPECT_EQ(device.detach(), ENXIO);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, map_.begin(), 0, page), ENXIO);
    EXPECT_EQ(device.attach(-1, IMPORTER_BOTH_WAYS), EBADF);
    EXPECT_EQ(device.attach(node_.get(), IMPORTER_BOTH_WAYS), EINVAL); // no dma-buf
    EXPECT_EQ(device.attach(buffer_.get(), 0), EINVAL);
    EXPECT_EQ(device.attach(buffer_.get(), 4), EINVAL);
    ASSERT_EQ(device.attach(buffer_.get(), IMPORTER_BOTH_WAYS), 0);
    EXPECT_EQ(device.attach(buffer_.get(), IMPORTER_BOTH_WAYS), EBUSY);
    std::vector<std::byte> memory(2 * page);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, memory.data(), size - page, page + 1), EINVAL);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, memory.data(), size + 1, 0), EINVAL);
    EXPECT_EQ(device.access(IMPORTER_DEVICE_READ, nullptr, 0, page), EFAULT);
}

/// Only if DMA is bounced: errors without SYNC must show.
class Bounce : public Importer {
protected:
    void SetUp() override {
        if (read_text("/proc/cmdline").find("swiotlb=force") == std::string::npos) {
            GTEST_SKIP() << "the machine was not booted with swiotlb=force";
        }
    }
};

TEST_F(Bounce, DeviceSeesOldDataWithoutSync) {
    stamp(map_.begin(), size, 190);
    Device device(buffer_);
    stamp(map_.begin(), size, 191); // without SYNC
    EXPECT_EQ(device.first_wrong(0, size, 190), -1) << "DMA is not bounced";
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    } // not the flags of a writer
    stamp(map_.begin(), size, 192);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    }
    EXPECT_EQ(device.first_wrong(0, size, 190), -1);
    {
        const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
        stamp(map_.begin(), size, 193);
    }
    EXPECT_EQ(device.first_wrong(0, size, 193), -1);
}

TEST_F(Bounce, CpuSeesOldDataWithoutSync) {
    stamp(map_.begin(), size, 195);
    Device device(buffer_);
    device.write(0, size, 196);
    EXPECT_EQ(first_wrong(map_.begin(), size, 195), -1) << "DMA is not bounced";
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 196), -1);
}

/// See docs/exporter.md: each has a copy of the whole buffer, and START syncs one of them.
TEST_F(Bounce, OfTwoDevicesThatWriteOneIsSeen) {
    Device first(buffer_, IMPORTER_FROM_DEVICE);
    Device second(buffer_, IMPORTER_BOTH_WAYS);
    first.write(0, mib, 197);
    second.write(mib, mib, 198);
    const Sync sync(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_NE(first_wrong(map_.begin(), mib, 197) == -1,
              first_wrong(map_.at(mib), mib, 198, mib / page) == -1);
}

/// See docs/exporter.md: a second START cannot be told from a repeated one.
TEST_F(Bounce, SecondStartTakesBackWhatHasNotEnded) {
    stamp(map_.begin(), size, 186);
    const Device device(buffer_, IMPORTER_BOTH_WAYS);
    const Sync first(buffer_, DMA_BUF_SYNC_WRITE);
    stamp(map_.begin(), size, 187);
    const Sync second(buffer_, DMA_BUF_SYNC_READ);
    EXPECT_EQ(first_wrong(map_.begin(), size, 186), -1);
}

/// See docs/exporter.md: the device was mapped after START, and is treated as one that wrote.
TEST_F(Bounce, DeviceThatComesAndGoesInTheBracketTakesItBack) {
    const Sync sync(buffer_, DMA_BUF_SYNC_WRITE);
    stamp(map_.begin(), size, 188);
    Device device(buffer_, IMPORTER_BOTH_WAYS);
    stamp(map_.begin(), size, 189);
    ASSERT_EQ(device.detach(), 0);
    EXPECT_EQ(first_wrong(map_.begin(), size, 188), -1);
}

TEST_F(Bounce, SegmentsAreAsShortAsBouncingNeeds) {
    const Device device(buffer_);
    EXPECT_LE(device.longest(), 256U * 1024);
    EXPECT_GE(device.segments(), size / (256 * 1024));
}

TEST_F(Bounce, BufferThatCannotBeBouncedIsRefused) {
    const UniqueFd large_buffer = allocate(node_, 128 * mib); // more than there is to bounce with
    Device device;
    EXPECT_NE(device.attach(large_buffer.get(), IMPORTER_BOTH_WAYS), 0);
    EXPECT_EQ(stat("attachments"), 0);
}

} // namespace
} // namespace uapi
