"""What people say in danger, near danger, and of everything else: own words, dialects and English, nobody's real story.

SURE: answered as danger at once, by kind. MAYBE: asked whether they are safe. HARMLESS: read as no danger at all.
CALM: harmless too, and said against a danger that was supposed. `python -m tests.core.danger_sentences` counts.
"""

from core import danger


def _lines(block: str) -> list[str]:
    return [sentence.strip() for sentence in block.replace("\n", "|").split("|") if sentence.strip()]


SURE = {
    kind: _lines(block)
    for kind, block in {
        "fire": """
宿舍楼失火，出不去
对面宿舍烧起来了
宿舍着火了 | 车间着火了，人还在里头 | 着火啦 快跑 楼上着火了 | 仓库烧起来了 | 锅炉炸了 | 厂里起火了 | there is a fire, people are inside | the dorm is on fire""",
        "gas": """
化工厂漏气，眼睛睁不开
煤气闻多了，几个人都倒了
矿上瓦斯味道很大 班长还喊下井 | 瓦斯超标了还叫下井 | 煤气中毒，头晕站不起来 | 屋里煤气漏了 | I can't breathe, gas is leaking | it smells of gas in the kitchen""",
        "self_harm": """
日子没法过了，我今晚就喝药 | 我不想给家里添麻烦，死了清静 | 爹妈，儿子不孝，先走一步了 | 我写遗书呢 | 真想一头撞死 | 我活够本了，够了 | 我割腕了 | I want to end it all, nothing matters
我不想在这人世间熬了 | 媳妇跑了，娃也不认我，活着干啥，死了算了 | 我写好了信放枕头底下，明天就解脱了 | 家里的农药我拿出来了 | 我站在江边，水好急 | 莫劝我了，我今晚就走，到那边去找我妈 | 欠的钱这辈子还不清，只想早点死 | 割了手腕，血还在流
我就想吊在树上 | 活着太没意思了，我想了断 | I have decided to end my life tonight | there's no hope for me, I'm going to jump | I want to sleep and never wake up
我累了，不想再撑了，娃就拜托你们了 | 我真的不想再熬了，闭上眼就好了 | 想从这桥上跳下去 | 老鼠药都放碗里了 | 我命贱，死了拉倒 | 不想活在这世上受罪 | 娃儿们，爸走了，莫怪我 | 我把药喝下去就没事了 | 心都凉了，想寻短见
钱还不上，只有去死 | 我想吊死算了 | 活一天累一天，想死 | 写了封信给婆娘，写完就去跳江 | 没脸活了 | 我不想在世上丢人了 | 死了比活着强 | 找个没人的地方了断
让我死吧 | 咋死不疼 | 吃多少安眠药会死 | 我这种人早该死了 | I don't want to be here anymore, I have the pills in my hand | I want to jump in the river | what is the easiest way to die | my kids would be happier if I was dead
I'm going to hang myself
活着没啥意思，欠了八万块还不上 | 活到没得意思，真的不如死了算球 | 我想一了百了 | 欠了一屁股债，想一走了之，活着也是拖累
药都买好了 | 站在楼顶上，风好大，对不起娃儿 | 没法活了 | 不想拖累家里人了，走了干净 | 遗书都写好了 | 不想活了
活着没意思 | 我想死 | 真想跳楼 | 活够了 | 活腻了 | 不如死了 | 死了还省心些 | 还不如死球了算了 | 我死了你们就清净了
这日子没法过了，不想活咧 | 活起没得啥子盼头了 | 活着有啥意思嘛 | 活着真没劲，想走了 | 想喝药死了算了 | 农药瓶子就在手边上
我站在桥上，不想回去了 | 坐在楼顶边边上 | 我在河边，跳下去就不用还债了 | 绳子都准备好了 | 安眠药攒了一瓶 | 敌敌畏买回来了
刀都拿在手里了，割下去就解脱了 | 我走了以后娃儿就拜托你们了 | 下辈子再还他们的债 | 下辈子再做你们的爹 | 来世再报答爹妈
我死了赔的钱够不够还账 | 想从架子上跳下去算了 | 我要是死了是不是欠的钱就不用还了 | 想不开，想找根绳子 | 我不想醒过来了 | 睡过去再也不醒就好了
撑不下去了，想了结自己 | 没有活路了，只有死路一条 | 只有死路一条了 | 一死百了 | 死了一了百了 | 我想自我了断 | 想自杀 | 想轻生的心都有了
活着就是受罪，不如早点走 | 我对不起老婆娃儿，我先走了 | 永别了 | 这是我最后一次跟人说话了 | 没得活头了 | 冇意思，唔想做人了 | 不想在这世上了
这个世界没啥留恋的 | 没有我他们会过得更好 | 少了我一个家里还轻松点 | 不想活了，活到痛苦 | 想死的心都有了 | 割腕了 | 想把煤气打开算了
nobody would miss me | I bought the pills | I want to die | I don't want to live | thinking of suicide | everyone would be better off without me
I'm going to end it tonight | there is no point in living anymore | I wish I was dead | I wrote a goodbye note | I'm standing on the roof and want to jump
I can't live like this anymore, I want it to end | I have the rope ready | life isn't worth living | I just want to disappear forever and never wake up
I want to kill myself | I'm better off dead | I have been cutting myself | tell my kids I'm sorry, goodbye forever""",
        "held": """
我被困在厂里，大门焊死了 | 求求你们快来救人，有人被活埋了 | 不让我们走，走就打 | 有人要绑架我 | 老公把我关在家里，不准我出门，天天打 | they locked us in the basement | we are being held by the contractor
他们天天晚上把门反锁，我们出不去 | 老板把我们身份证都收了，哪个都不许走 | 有四个保安看着，走不脱，求你们救一下 | 干活时候被皮带抽，不干就不给饭 | 我是偷偷打字的，他们不让我们出大门 | 我在传销里头，门口有人守到起 | they keep us in the factory and beat anyone who tries to leave | we can't leave, the guards have guns
please save us, we are prisoners in this kiln
mama de. boss lock gate every night, we cannot go out, passport taken | boss lock gate every night, we can not go out | 他们把我们圈起来了不让回家 | 我们十几个人被看着干活，晚上锁门 | 老板把门锁死了，我们在里头 | 来个人救哈我们嘛 | 关在地下室三天了 | 不给饭吃，还不让走 | 人家把我手机收了，不许我跟屋头联系 | 逃了两次都被逮回来
招工的把我拉到山里头，不给走 | please help, they locked the gate and took our phones | the owner won't let anyone out
他们把我锁在宿舍不让走 | 身份证没收了，不让我们出去，有人看着 | 我被关在厂里了 | 救命 | 老板把我們鎖在宿舍不讓走
河北砖厂不让走，干了三个月了 | 我们在砖窑里，老板不放人 | 遭关到起了，出不去 | 把我们扣起了，走不脱，门口有人守 | 大门锁了，外头有狗看着不让出
手机被收了，偷偷给你发的 | 偷着用别人手机发的，我们被看起来了 | 我们六个人遭锁在屋头，快来救 | 被扣在工地上，不给钱不让走 | 不交钱就不放我走
传销的把我关屋里了 | 进了传销窝，出不去 | 手机身份证都让收了，大门不让出 | 出门都有人跟着，跑不脱 | 想跑，被抓回来打了一顿 | 他们看得紧，跑不出去
救我们出去 | 快救我，在黑厂里 | 把我绑起来了 | 我被人控制住了 | 干不完不许出大门，晚上还上锁
俺被锁到屋里咧，出不来 | 救命 我们被老板锁在宿舍不让出去 身份证也收走了 | 我被软禁了 | 限制我们自由 | 在黑砖窑，出不来 | 黑煤窑不让走人 | 关到一个院子里头不准出去
they locked us in and took our ID cards | They won’t let me leave the factory | I am being held against my will | we are locked in the dormitory
I can't get out, the gate is locked and a guard is there | they took my phone and passport and I can't leave | help, we are not allowed to leave this place
I'm being kept here | my boss won't let us go home | please rescue us | we are trapped in a brick kiln | they won't let us go home until we pay | the boss keeps us locked up | someone kidnapped my son
I'm writing secretly, they took our phones | guards follow us everywhere, we can't escape""",
        "violence": """
老板拿铁棍打断了他的手 | 他们几个把我拖到屋里打 | 工头说谁跑就打死谁 | he hit me with a hammer, I am bleeding | someone is trying to kill me
他们打我们，不让打电话，在山里一个矿上 | 工头把我堵在屋里拿棒棒打 | 我男人要砍我，我躲在厕所 | 班长掐我脖子按在墙上 | 他把我打得耳朵听不见了 | 他喝了酒拿菜刀追我 | my boss raped me last night | my husband says he will stab me
我女婿打我女儿 | 身上绑了炸药要跟老板同归于尽 | 工头喝醉了拿铁锹打我 | 我遭打惨了 | 他一脚踹在我肚子上 | 老公把我往死里打 | 有人拿刀堵在宿舍门口 | 班长强行摸我，还锁了门 | 被几个小伙子按到打
他说今晚就来杀我全家 | my husband choked me | the boss hit my friend with an iron bar
工头拿刀 | 老板又打我 | 我被保安打伤了 | 他说要弄死我 | 老公打我，我怕 | 我男人喝了酒就打我，头都打破了 | 遭工头打了，鼻子流血 | 叫人打得起不来
他们三个人围着打我 | 包工头带人来打我们 | 老板拿钢管打人 | 被人捅了一刀 | 他掐我脖子 | 说不给钱就砍死我 | 要债的说要剁我手 | 堵在门口说要打断我的腿
领班摸我还想强奸我 | 昨晚被他强奸了 | 家里那个又动手了，我不敢回去 | 我老汉儿天天打我妈 | 他要杀我 | 他们拿棍子追我 | 把我打到住院了 | 组长扇我耳光，还拿扳手砸我
the foreman beat me | my husband hit me again | he is threatening me with a knife | they beat us if we stop | my boss punched me in the face | he says he will kill me
he raped me | a man is following me, he wants to hurt me | my husband is hurting me and the kids | I was attacked at the dorm | they said they would break my legs | 老板说跑就打断腿""",
        "trafficking": """
我们被卖给一个老板，不让回家 | my boss forces girls to sleep with clients
我被骗进一个黑厂，出不来了 | 他们把我带到境外去了，不干就电击 | 有人逼我拍那种视频 | 我闺女被人带走卖了 | my baby was stolen
中介把我卖到黑船上 | 骗我来搞网络诈骗，不干就挨打 | 有人把我姐弄到夜总会逼她坐台 | we were tricked to Myanmar and can't come home
被骗到缅甸了 | 他们逼我去卖淫 | 把我妹妹拐卖了 | 被卖到电诈园区了 | 说是去云南打工，结果弄到缅北来了 | 在柬埔寨回不来，护照被收了 | 逼我们打电话骗人，不干就电
老乡把我卖给这家当媳妇 | 要把我们弄出国境 | 逼我陪客人睡 | 骗到园区搞诈骗，回不来 | 我闺女被人贩子拐走了 | 娃被人抱走了 | 我是被买来的，想回家
we were trafficked | they sold her into a brothel | I was sold to a family here | they force us to scam people online in Myanmar | they make me have sex with customers
they brought us to Cambodia and took our passports | someone took my child away""",
        "accident_now": """
电线漏电，把人打倒了 | 吊车倒了，压了三个人 | the roof collapsed on us | I took rat poison
机器把老王的手轧了，血止不住 | 隧道塌了，里头还有五个人 | 有人掉进搅拌池了 | 师傅晕在罐子里头了 | 楼上掉下来一块板砸到工友头，人没得声音 | 吃了耗子药，肚子痛得打滚 | he is choking and turning blue | the trench collapsed, two men are under it
脚手架倒了，底下有人 | 师傅被电打了，躺在地上 | 手被切了，血喷出来 | 工友吐白沫了 | 娃掉粪坑里了 | 有人被搅拌机绞进去了 | 他从五楼掉下去了
he fell from the third floor | a worker got electric shock, he is on the ground
手流了好多血 | 工友昏迷了 | 胳膊卷进机器里了 | 人压在下面出不来 | 有人从架子上摔下来不动了 | 血止不到 | 触电了，人没反应 | 井下塌了，埋了两个人 | 喝了农药 | 老婆喝药了
吃了一瓶安眠药 | 人倒下去了叫不答应 | 手指头绞断了 | 掉到井里头了 | 透水了还有人在下面 | 喘不上气，胸口痛得很 | 有人掉河里了 | 被车撞了，动不了
晕倒了，嘴都白了 | 骨头都露出来了，血流不住 | 快不行了，快来人 | 中暑了，人抽起来了
he is unconscious | my arm won't stop bleeding | he is trapped under the machine | he fell off the roof and isn't moving
my hand is caught in the machine | he drank pesticide | a wall collapsed on two workers | she is not waking up | I took a whole bottle of sleeping pills | I took all the pills""",
    }.items()
}

MAYBE = _lines("""
我真的快顶不住了 | 心里苦得很，没人可以说 | 活着好累 | 我觉得没希望了 | 老板不放人走 | 有个男的老跟踪我 | I can't cope any more | I feel there is no hope
心里憋得想哭，没人懂 | 觉得自己没用 | 欠账太多，觉都睡不着，撑不住了 | 没有一个人帮我 | 日子没法过 | 工头说要给我点颜色看看 | 老板不放我们走 | 我好害怕 | 生活没希望 | I feel like giving up on everything | I feel so alone and hopeless | I'm afraid of my husband | he threatened me
累死了 | 气死人 | 笑死我了 | 天天加班累死人 | 老板气死我了 | 我快撑不住了 | 要命了 | 没人能帮我 | 没得人能帮我 | 谁也帮不了我 | 这日子没法过了 | 日子过不下去了 | 过不下去了
没得活路了 | 走投无路了 | 没指望了 | 心里难受得很，天天哭 | 一个人天天晚上睡不着，老想些不好的 | 想不开 | 我就是个废人 | 我是个累赘 | 拖累家里了 | 活得太累了 | 活着太累
撑不下去了 | 扛不住了 | 熬不下去了 | 快崩溃了 | 我崩溃了 | 绝望了 | 彻底绝望 | 看不到头 | 没盼头了 | 心死了 | 生不如死 | 活受罪 | 愁死我了 | 急死人了 | 逼死人 | 这是要我的命
老板不让走 | 不让我们回家 | 厂里不放人 | 不准我们出厂 | 不许离开 | 门口保安不让出去 | 他吓唬我，我怕 | 有人威胁我 | 我害怕 | 好怕 | 有人跟踪我 | 他老跟着我 | 老板骂人还推我
心头堵得慌，不想说话 | 活得没得劲 | 欠债的天天堵门，我怕 | 他说要收拾我 | 他说要找人弄我 | 有人要害我
this job is killing me | tired to death | nobody can help me | nobody can help | I feel hopeless | I can't go on | I can't take it anymore | they won't let me quit | I am scared of him | I'm scared
I'm a burden to my family | I have nobody left | there is no way out | someone is threatening me | he keeps following me | I'm worthless | I don't see a way forward""")

CALM = _lines("""
我不是遭关起了，是屋头有老人走不开 | 我没得危险 | 我没危险 | 我走不脱，只能在屋头附近 | 屋里头有老人要照看走不脱 | 家里有娃，走不开 | 娃还小，出不去 | 婆婆瘫在床上，我出不了门 | 没人打我，放心
没人关我 | 我不想死，就是累 | 我没想不开 | 没得事，就是发个牢骚 | 我很安全 | 我没事 | 不是那个意思，我好好的 | 你误会了，我是说走不开 | 老人要人照顾，离不开 | 要带娃，走不远 | 我没被骗
我好得很，不用报警 | 别报警，没事 | 我开玩笑的 | 只能在屋头附近 | 要照看两个老人，去不了外地 | 家里牛没人喂，走不脱 | 男人在外头，屋头只有我，走不了
I'm not in danger | nobody is holding me, I just can't leave my mother alone | I can't leave home because of the kids | I am safe | I'm fine, it was a joke | I'm not locked in | no danger here
I have to look after my parents so I can't go away | I can't get out much with a baby | nobody beat me""")

HARMLESS = _lines("""
老板又给我打电话了 | 死活找不到路 | 我锁好门就来 | 关门大吉，厂子没了 | 有打墙的活吗 | 医生说我要多休息 | 我想给娃找个学校 | 大家都怕迟到 | 从楼上搬下来的活 | 吃住在厂里 | 晚上睡得晚 | 他家里困难 | 我不想被人管 | 可以带孩子住厂里吗
is there a lock on the bike shed | my son wants to be a firefighter | I'm afraid I'll be late | can I leave my job without notice | I want to kill two birds with one stone | they let me go last week | 困得眼睛睁不开
老板扣了我两天工钱 | 我家离厂子远，走不开 | 想换个不上夜班的 | 上个月摔了一跤，现在还疼 | 工地上要带安全帽吗 | 打桩机司机 | 杀虫剂厂招人吗 | 有人说那个厂拖工资 | 我爷爷刚走，要回去送 | 跳绳厂 | 我把证弄丢了 | 不想跟那个工头干了 | 请帮我看看补贴到账没 | 药监局招人不
我女儿今年要高考 | 门口的保安人好 | 被分到包装车间了 | 让人给介绍个活 | 我想去河边洗沙场上班 | 割草机会用 | 楼房外墙刷漆多少钱一天 | 掉价了 | 手上起了泡 | 老板没给交保险 | 家里着急用钱 | 急用钱 | 救灾队要人吗 | 给孩子报仇恨的游戏删了
活太重抬不动 | 绑扎工 | 困难补助 | 挨着老家近点 | 有没有看大门的活 | 锁匠 | 关窗户的厂 | 我女朋友也想去 | I was beaten to the job by someone else | is the factory locked on sundays | my contract ends soon | the supervisor is strict | can I go out at night from the dorm | how far is the river
does the job involve knives | I used to be a butcher | I can't leave before Friday | they promised housing | our village is poor and far | I'd kill for a cold drink | what time do they lock the gate | I don't want to live in the dorm | 我坐在河边，等车 | 我明天就走了，去昆山 | 宿舍里头还有三个人住 | 手机掉进水池了 | 别劝我，我不干了
工时被砍了，一天才五个钟头 | 厂里头把工时给砍了，以前十个钟头现在五个 | 加班费被砍了 | 单子被砍了 | 工资让老板砍了一半 | 妈的厂里头把工时给砍了 | 瓦斯检查员招人不 | 煤气罐送货 | 12356打不通 | 活
想找个轻省的活 | 老板人好，从来不打骂 | 我们厂里两个人打起来了 | 打完药腰酸 | 出血了一点点，贴了创可贴 | 关了灯再走 | 车间里太闷 | 门锁坏了没人修 | 我想死心塌地在这干 | 死了一头牛 | 厂里死气沉沉 | 家里老人瘫了，我要看着他 | 夜里不让出宿舍，说是规矩 | 手机不让带
我妈吃药要钱 | 药店招人吗 | 跳广场舞 | 我跳了三个厂 | 河边那个厂招人吗 | 楼顶种菜 | 桥头那家饭店 | 绑钢筋的活一天多少 | 钢筋工 | 扎钢筋 | 爆破工要证吗 | 烧锅炉的活 | 电焊会触电吗 | 高压电工
砍价 | 老板砍了我们的加班费 | 工时砍了 | 切了一半工资 | 掉了工牌 | 掉头发 | 摔坏了手机 | 埋管道的活 | 压力机操作工 | 扣子厂 | 锁扣厂招人 | 关节炎 | 关系户 | 关外的活
看护老人的活 | 困了 | 绑定银行卡 | 逃课 | 跑外卖 | 跑业务 | 跑运输 | 老跑肚子 | 救济金咋领 | 没有我干不了的活 | 死面馒头 | 这活要命不 | 找个救命的差事 | 活到老学到老
活着就要干活 | 活儿够了 | 不想活动 | 我想四处看看 | 走了三天才到 | 再也不来这个厂了 | 不想再去那个厂了 | 结束合同 | 了结工钱的事 | 最后一次发工资是几月 | 我儿子上初中了 | 我女儿嫁到山东了 | how do I get out of the training | I jumped from job to job
my phone died | the pay is killing | is the roof job high up | I want to end my shift early | fire me | they fired me | he shot me a message | hitting targets | can I hold two jobs | does the dorm have a lock | I can't leave my kids alone | I take my medicine daily | I'm scared of heights | the line is stuck
kiln operator jobs | what is the minimum wage
我在外面打工 | 打个电话给我 | 不打工了 | 热死了 | 想死你们了 | 扣工资了 | 没发工资 | 手被机器压了 | 加班太多 | 有没有不加班的活 | 死活不签合同 | 老板扣我钱 | 不让请假 | 我要报第一个 | 腰不好
when is the deadline | I want to leave this job | they cut our hours | is there a job near home | 你好 | 我想走 | 打卡机坏了 | 不想干了 | 他打我电话 | 厂里头工时砍了，一天就五个钟头 | 想换个厂 | 找个活
有没得在屋头做的活 | 腰痛得很，坐久了也不得行 | 我今年45了腰不好 | 我老汉67了，能去不 | 我死了心了，不去那个厂了 | 打死也不去那个厂 | 说啥也不去了 | 那个厂不好，一走了之算了 | 想一走了之，不干了 | 工头不给钱就走人
工资被扣了三百 | 被中介骗了三千块 | 骗我交了押金 | 身份证押在厂里了 | 身份证丢了咋办 | 手机丢了 | 手机没电了 | 老板骂人 | 组长老骂我 | 工头不发工资 | 欠我三个月工钱 | 欠了八万块 | 家里欠了债，想多挣点
孩子上学要钱 | 娃要上学，走不开 | 要照顾老人 | 我老婆走了，一个人带娃 | 爹死了，回去办丧事 | 我爸去世了要请假 | 我妈病了要回去 | 家里牛死了 | 猪都死了，亏大了 | 庄稼旱死了 | 机器死机了 | 手机卡死了 | 车坏在路上
要回家收麦子 | 请几天假 | 老板不准假咋办 | 不准假 | 工地不让带家属 | 厂里不让抽烟 | 不让带手机进车间 | 上班不让看手机 | 门口不让停车 | 疫情不让出门那年回来的 | 宿舍几点关门 | 宿舍晚上十点锁门 | 门卫不让进
宿舍锁坏了 | 钥匙锁在屋里了 | 车间门关着的 | 厂子关门了 | 厂里关了，没活了 | 把灯关了 | 店关了 | 被裁了 | 被厂里开除了 | 被辞退了 | 被安排到夜班 | 打螺丝的活 | 打包的活 | 打磨工有没有 | 打扫卫生的 | 打混凝土 | 打药的活 | 打农药的活
果园打药 | 喷农药有补贴吗 | 买农药的钱 | 买药花了好多钱 | 我吃药呢，高血压 | 天天要吃药 | 药材种植的活 | 挖药材 | 药厂招人不 | 卖药的 | 安眠药厂招人不 | 切菜切到手，包一下就好 | 手划破了点皮 | 流鼻血了 | 流汗流得多 | 脚崴了
去年手断过，现在好了 | 以前腿断过，干不了重活 | 做过手术 | 头晕不能登高 | 晕车 | 晕血 | 高血压老头晕 | 站久了头晕 | 怕高 | 怕冷 | 怕黑 | 怕老板不给钱 | 怕被骗 | 怕上当 | 我怕太远 | 我怕学不会 | 怕干不动
楼顶防水的活 | 楼顶装太阳能的活有没有 | 屋顶补漏 | 桥上修路的活 | 河边种菜 | 河边捡石头 | 绳子厂 | 做绳子的活 | 刀具厂招人 | 杀鸡的活 | 杀猪的 | 屠宰场招人不 | 砍树的活 | 砍柴 | 捅马蜂窝 | 砸墙的活 | 拆墙
跳舞 | 跳槽 | 想跳槽 | 上吊车 | 吊车司机 | 塔吊 | 开吊车的 | 割麦子 | 割草 | 割胶 | 卖菜 | 卖衣服的店 | 卖房子 | 去缅甸打工行不行 | 云南有没有活 | 边境上的活安全不 | 柬埔寨招厨师靠谱吗 | 出国打工要啥手续
救护车司机招人不 | 救生员 | 消防员招不招 | 保安的活有没有 | 想当保安 | 看门的活 | 看大门的 | 守夜的 | 看厂子的活 | 守工地 | 快点 不对 说错了我重新写 | 这活太累，换个轻点的 | 太累了，不想干了 | 天天加班到半夜受不了 | 好累 | 累
心情不好 | 不开心 | 没意思，换个活 | 这活没意思 | 电子厂没意思 | 一个人在外头没意思 | 想家 | 想娃了 | 想回家 | 想家想得哭 | 睡不好，宿舍太吵 | 孤单 | 没人说话 | 没有人教我 | 没人管 | 你们到底管不管 | 没人接电话 | 没得人回我
对不起，打错了 | 对不起，我写错了 | 对不住，刚才没看到 | 再见 | 先走了，明天再说 | 我先走了 | 我走了，下次聊 | 走了以后社保咋办 | 人走了工资咋算 | 下辈子 | 最后一次问你 | 最后一次机会 | 死期工资是啥 | 拼了 | 拼命干一个月能有多少 | 命苦
高空作业证 | 高处不敢去 | 煤矿招人不 | 砖厂招人不 | 砖厂的活累不 | 砖厂一个月多少钱 | 砖厂老板还行 | 下井的活 | 矿上安全不 | 电工要证不 | 着火的活不干 | 消防证 | 急救培训 | 心理咨询师证咋考 | 打架的不要 | 我们村两家打架 | 工友打架了，老板开除他了
别人打我小报告 | 打我卡上 | 钱打我卡上 | 打我微信 | 打给我 | 老板打我卡上三千 | 他打我手机 | 小孩打疫苗 | 给娃打针 | 打针要请假 | 厂里管得严 | 管得太死 | 卡死年龄 | 卡得死 | 名额卡死了 | 限制年龄不 | 有没有年龄限制 | 限制户口吗 | 自由点的活 | 时间自由的
要是工伤死了赔多少 | 工伤死亡赔偿怎么算 | 意外险保不保 | 摔了一跤，没事 | 膝盖摔了，休息两天 | 压力大 | 压力有点大，想聊聊 | 有点怕生 | 请问危险不 | 这活危险不 | 刷漆有毒不 | 有没有粉尘 | 会不会出事
hi | I need a job | is painter job dangerous | is it safe to work there | I cut my finger, it is fine | my back hurts | I'm tired | I'm bored | kill time | I lost my phone | they kept my ID card | the boss shouts a lot | I miss home | I'm lonely sometimes | can I leave early
my mother died last year | the battery is dead | when do they let us go home for New Year | he hit the jackpot | beat the deadline | I'm dying to see my kids | no way out of the contract? | are pills made in this factory | I take pills for blood pressure | I work on roofs
jump start the car | I can't find the gate | locked my keys inside | the dorm is locked at ten | can I quit | I want to end the contract | I want to end my application | goodbye | sorry, wrong number | I want out of this job | security guard job | I want to be a guard | is there a fire drill
I fell in love | I can't go on Monday | I can't come tomorrow | I can't take this job | nobody answers the phone | nobody told me | I don't want this job | I don't want to live far from home | I want to live near home | help | help me find a job | can you help me | I need help with my application""")


def counts() -> dict[str, tuple[int, int, list[str]]]:
    """What each table should give → (right, all, those that are not)."""
    tables = {
        "sure": (lambda found: found is not None and found.sure, [w for told in SURE.values() for w in told]),
        "maybe": (lambda found: found is not None, MAYBE),
        "maybe, asked": (lambda found: found is not None and not found.sure, MAYBE),
        "harmless": (lambda found: found is None, [*HARMLESS, *CALM]),
    }
    right = {name: [w for w in told if fits(danger.read(w))] for name, (fits, told) in tables.items()}
    return {
        name: (len(right[name]), len(told), [w for w in told if w not in right[name]])
        for name, (_, told) in tables.items()
    }


if __name__ == "__main__":
    for name, (right, every, wrong) in counts().items():
        print(f"{name}: {right}/{every} = {right / every:.3f}", *wrong, sep="\n  ")
