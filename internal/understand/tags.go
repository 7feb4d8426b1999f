package understand

// The word lists. Their phrases stand in the file of their subject.
const (
	tSelf tag = iota // emergency.go: danger
	tBody
	tViolence
	tFire
	tFigure // figures of speech and look-alikes
	tCall   // calls for help
	tPresent
	tPast
	tOver
	tDrill
	tTeach
	tPerson
	tRed // redline.go
	tRedNot
	tRedRefused
	tRule
	tBad // feedback.go
	tNotBad
	tWish
	tAsks
	tGood
	tPlace
	tThanks
	tSymptom // medical.go
	tDrug
	tMedicalAsk
	tOther // refuse.go
	tData
	tProxy
	tMachine
	tTakeBack // patient.go
	tProgress
	tagCount
)
